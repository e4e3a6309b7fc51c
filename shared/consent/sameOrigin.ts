import type { ConsentRequest } from './answer.ts';
import type { ConsentNeeds } from './needs.ts';
import { Problem } from './problem.ts';

/**
 * Refuses a changing request that another site's page made a browser send. Browsers name the origin on every cross-site request that is
 * not GET or HEAD; a program that sends neither header has no borrowed cookie to abuse. Under `referrer-policy: no-referrer` some browsers
 * call even our own page's origin `null`; then only `sec-fetch-site`, which no page can set, tells it from another's.
 * @throws Problem 403 `other-origin`
 */
export function requireSameOrigin(request: ConsentRequest, needs: Pick<ConsentNeeds, 'settings'>): void {
  const origin = request.header('origin');
  const site = request.header('sec-fetch-site');
  const ours = new Set([undefined, new URL(needs.settings.HETK_PUBLIC_URL).origin]);
  const foreign = !ours.has(origin) && !(origin === 'null' && site === 'same-origin');
  if (foreign || (site !== undefined && site !== 'same-origin')) {
    throw new Problem(
      403,
      'other-origin',
      'The request came from another site.',
      `Use the page at ${needs.settings.HETK_PUBLIC_URL}/.`,
    );
  }
}
