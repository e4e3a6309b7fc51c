import { createHash } from 'node:crypto';

/**
 * A copy's identity, derived from route and original, so that a creation repeated after a crash finds the first copy instead of making a
 * second. The generation counts the copies made anew after a deletion: services do not let a deleted identity be used again.
 * `hetk1:<route>:<origin>:<generation>`; it fits Graph's transactionId and is hashed to Google's ids.
 */
export function copyIdentity(routeId: string, originalId: string, generation: number): string {
  return `hetk1:${routeId}:${originOf(routeId, originalId)}:${generation}`;
}

/** Names an original inside one route without telling its id: 132 bits of SHA-256 over route and id. */
export function originOf(routeId: string, originalId: string): string {
  return createHash('sha256').update(`${routeId}\0${originalId}`).digest('base64url').slice(0, 22);
}

/** The identity of an original that is made anew for a route: not a copy's, so that it is an original like any other. */
export function restoredIdentity(routeId: string, originalId: string, generation: number): string {
  return `hetkr1:${routeId}:${originOf(routeId, originalId)}:${generation}`;
}
