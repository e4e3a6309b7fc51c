import { type ConsentNeeds, isHttps } from './needs.ts';
import { styleDigest } from './page/stylesheet.ts';

/** The script has an address of its own here and the one style is named by its digest, so nothing inline and nothing foreign is ever allowed to run. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src ${styleDigest}`,
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer of this folder. */
export function securityHeaders(needs: Pick<ConsentNeeds, 'settings'>): Record<string, string> {
  return {
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(isHttps(needs) && { 'strict-transport-security': 'max-age=63072000' }),
  };
}
