import type { Fault } from '../core/faults.ts';

/** What can be made to go wrong, by the name under which the faults know it, and what iCloud then does. */
export const icloudFaults = {
  throttled: '503 with a Retry-After of one second, which is too short',
  'too-many-requests': '429 without a Retry-After',
  'server-error': '500',
  'gateway-page': "a gateway's page of HTML with status `value`, else 502",
  unauthorized: '401 although the password is good',
  'not-xml': '207 with a page of HTML',
  'response-lost': 'a write is carried out and answered with 504',
  'token-expired':
    'a token is not known any more: bare 403; `value` 403-marked, 400, 409, 410, 412, 507, inside (a 207 that says so) or full (everything is listed)',
  'whole-507': 'a page of changes comes with status 507 for the whole answer',
  'changes-lag': 'the last change is not told yet; the token stays before it',
  'multiget-gap': 'a multiget says 404 to one href that is there',
  'text-late': 'a resource is listed, and neither multiget nor GET has it yet',
  'query-gap': 'a query by time leaves one resource out',
  'stale-body': 'a resource is read as it was before its last change',
  'etag-missing': 'a PUT is answered without ETag',
  'etag-change': 'after a write the etag changes once more, without a change of content',
  'condition-unasked': '412 to a new event although nothing is there',
  'empty-prop': 'a PROPFIND is answered with an empty prop and status 200',
  'properties-dropped': 'an event that a person edits loses the properties that Apple does not know',
  'privileges-missing': 'a calendar does not say what the account may do with it',
  'no-calendars': 'the home lists no calendar',
  'foreign-home': 'the home is said to lie on another host',
  'foreign-redirect': 'a request is redirected to another host',
  'partition-redirect': 'a request is redirected to the partition host',
} as const;

export type IcloudFault = keyof typeof icloudFaults;

/** Asks whether a fault strikes now; a yes uses one stroke up. */
export type Strikes = (fault: IcloudFault) => Fault | undefined;

/** What any request may meet before iCloud looks at it. */
export function meetMishap(strikes: Strikes, partition: string, path: string): Response | undefined {
  if (strikes('throttled')) return new Response(null, { status: 503, headers: { 'retry-after': '1' } });
  if (strikes('too-many-requests')) return new Response(null, { status: 429 });
  if (strikes('server-error')) return new Response(null, { status: 500 });
  const gateway = strikes('gateway-page');
  if (gateway) return page(Number(gateway.value ?? 502));
  if (strikes('unauthorized')) return unauthorized();
  if (strikes('not-xml')) return page(207);
  if (strikes('foreign-redirect')) return redirect(`https://calendar.example.net${path}`);
  if (strikes('partition-redirect')) return redirect(`${partition}${path}`);
  return undefined;
}

export function unauthorized(): Response {
  return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="MMCalDav"' } });
}

function page(status: number): Response {
  return new Response('<!DOCTYPE html><html><title>Error</title><p>Something went wrong.</html>', {
    status,
    headers: { 'content-type': 'text/html' },
  });
}

function redirect(location: string): Response {
  return new Response(null, { status: 301, headers: { location } });
}
