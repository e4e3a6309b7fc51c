import type { Faults } from '../core/faults.ts';
import { GraphError, throttled } from './errors.ts';
import type { MicrosoftFault } from './mishaps.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
}

const insufficientClaims = { access_token: { nbf: { essential: true, value: '1604106651' } } };

/** What may happen to a request of its own or in a batch. */
const onItems: readonly (readonly [MicrosoftFault, (value: unknown) => GraphError])[] = [
  [
    'throttled',
    (value) =>
      throttled(
        typeof value === 'number' ? value : 10,
        'ApplicationThrottled',
        'Application is over its MailboxConcurrency limit.',
      ),
  ],
  ['too-many-requests', () => new GraphError(429, 'TooManyRequests', 'Too many requests.')],
  [
    'mailbox-not-enabled',
    () =>
      new GraphError(
        404,
        'MailboxNotEnabledForRESTAPI',
        'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
      ),
  ],
  [
    'access-denied',
    () => new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  ],
  ['resource-not-found', () => new GraphError(404, 'ResourceNotFound', 'Resource could not be discovered.')],
];

/** What may happen to anything that comes in, batches as a whole too. */
const onAnything: readonly (readonly [MicrosoftFault, (value: unknown) => GraphError])[] = [
  [
    'unavailable',
    (value) =>
      new GraphError(503, 'ServiceUnavailable', 'The service is temporarily unavailable.', {
        headers: typeof value === 'number' ? { 'retry-after': String(value) } : {},
      }),
  ],
  ['gateway-timeout', () => new GraphError(504, 'UnknownError', '')],
  ['server-error', () => new GraphError(500, 'InternalServerError', 'The server encountered an internal error.')],
  ['unauthorized', () => new GraphError(401, 'InvalidAuthenticationToken', 'Access token validation failure.')],
  [
    'claims-challenge',
    () =>
      new GraphError(401, 'InvalidAuthenticationToken', 'Continuous access evaluation resulted in challenge.', {
        headers: {
          'www-authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${Buffer.from(JSON.stringify(insufficientClaims)).toString('base64')}"`,
        },
      }),
  ],
];

/**
 * What strikes before Graph looks at a request.
 * @param whole the request is a batch, whose items are struck one by one
 * @throws GraphError
 */
export function meetMishap(faults: Faults, asked: Asked, whole = false): Response | undefined {
  for (const [name, error] of whole ? onAnything : [...onItems, ...onAnything]) {
    const fault = faults.hit(name, asked);
    if (fault) throw error(fault.value);
  }
  if (faults.hit('not-json', asked)) return page(200);
  const gateway = faults.hit('not-json-error', asked);
  if (gateway) return page(typeof gateway.value === 'number' ? gateway.value : 502);
  if (!whole && /\/me\/calendars(\?|$)/i.test(asked.path) && faults.hit('no-calendars', asked)) {
    return Response.json({ value: [] });
  }
  if (!whole && asked.method === 'GET' && /\/calendarView\?/i.test(asked.path) && faults.hit('empty-value', asked)) {
    return Response.json({ value: [] });
  }
  return undefined;
}

/** A write that was carried out and whose answer does not arrive. */
export function lostAnswer(faults: Faults, asked: Asked, status: number): Response | undefined {
  const wrote = asked.method !== 'GET' && status < 300;
  if (!wrote || !faults.hit('response-lost', asked)) return undefined;
  return Response.json({ error: { code: 'UnknownError', message: '' } }, { status: 504 });
}

function page(status: number): Response {
  return new Response('<!DOCTYPE html><html><title>Service</title><p>Our services aren’t available right now.</html>', {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
}
