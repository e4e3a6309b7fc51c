import { isIPv6 } from 'node:net';
import type { ConsentRequest } from './answer.ts';
import type { ConsentNeeds } from './needs.ts';

/**
 * The network address that a request comes from, or undefined where nobody trustworthy says so. Each proxy adds the address that it was called from at the
 * end of `x-forwarded-for`; what stands before those of our own proxies is whatever the caller wrote. Azure's front end is one such proxy, and
 * writes `address:port`. Of an IPv6 address the network counts (64 bits): a caller has as many others in it as they like.
 */
export function clientAddress(
  request: Pick<ConsentRequest, 'header'>,
  needs: Pick<ConsentNeeds, 'settings'>,
): string | undefined {
  const proxies = needs.settings.HETK_TRUSTED_PROXIES;
  if (proxies === 0) return undefined;
  const hops = (request.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  const hop = hops.at(-proxies);
  const [, bracketed, plain] =
    /^(?:\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?)$/.exec(hop ?? '') ?? [];
  const v6 = bracketed ?? hop;
  if (plain !== undefined) return plain;
  return v6 !== undefined && isIPv6(v6) ? networkOf(v6) : undefined;
}

/** The first 64 bits, as the URL standard writes addresses; an IPv4 address in IPv6 clothes stays whole. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const whole = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
  const [left = '', right] = whole.split('::');
  const head = left.split(':').filter(Boolean);
  const tail = (right ?? '').split(':').filter(Boolean);
  const groups = [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
