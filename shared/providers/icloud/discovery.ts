import { ProviderError } from '../errors.ts';
import { type DavAnswer, failureOf } from './answer.ts';
import type { DavRequest } from './davRequest.ts';
import { canonicalPath, isOnPartition, pathOfHref } from './path.ts';
import { propfind } from './questions.ts';
import { CALDAV, childOf, DAV, textIn } from './xml.ts';

/** Where an account's calendars are: paths, found once and stored. */
export interface Place {
  readonly principal: string;
  readonly home: string;
  readonly service: 'icloud' | 'other';
}

/**
 * Finds an account's home by two questions (RFC 4791, 6.2.1). `.well-known` is not asked: iCloud has nothing there.
 * @param root the configured address of the service
 * @throws revoked, throttled, unavailable, malformed
 */
export async function discover(ask: (request: DavRequest) => Promise<DavAnswer>, root: string): Promise<Place> {
  const start = canonicalPath(new URL(`${root}/`).pathname);
  const { href: principalHref } = await hrefOf(ask, start, 'd:current-user-principal');
  const principal = pathOfHref(principalHref, root, start);
  const { href: homeHref } = await hrefOf(ask, principal, 'c:calendar-home-set');
  const home = pathOfHref(homeHref, root, principal);
  return {
    principal,
    home: home.endsWith('/') ? home : `${home}/`,
    service: isOnPartition(homeHref, root) ? 'icloud' : 'other',
  };
}

async function hrefOf(
  ask: (request: DavRequest) => Promise<DavAnswer>,
  path: string,
  property: 'd:current-user-principal' | 'c:calendar-home-set',
): Promise<{ href: string }> {
  const answer = await ask({ method: 'PROPFIND', path, depth: '0', body: propfind(property) });
  if (!answer.multistatus) throw failureOf(answer, 'account');
  const [prefix, name = ''] = property.split(':');
  for (const { props } of answer.multistatus.responses) {
    const href = textIn(childOf(props, prefix === 'd' ? DAV : CALDAV, name), DAV, 'href');
    if (href) return { href };
  }
  // Throttled, iCloud was seen to answer without the property (tsdav#95): nothing follows from it.
  throw new ProviderError('malformed', `The calendar server does not say the ${name} of this account.`, {
    code: `no-${name}`,
  });
}
