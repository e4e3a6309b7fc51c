import { ProviderError } from '../errors.ts';
import { type DavAnswer, failureOf, type Subject } from './answer.ts';
import { createLimiter } from './atMost.ts';
import { credentialFrom, credentialIn, type IcloudCredential } from './credential.ts';
import { type DavRequest, sendRequest } from './davRequest.ts';
import { discover, type Place } from './discovery.ts';
import type { Multistatus } from './multistatus.ts';
import { createPace } from './pace.ts';
import type { IcloudNeeds } from './settings.ts';

/** Sends requests in an account's name; what the answers mean is said elsewhere (`answer.ts`). */
export interface Dav {
  /** The configured address of the service. */
  readonly root: string;
  /** @throws revoked without a request where the password was refused before; unavailable when no answer came */
  send(accountId: string, request: DavRequest): Promise<DavAnswer>;
  /** The 207 that a request gets. @throws as `failureOf` for every other status */
  multistatus(accountId: string, request: DavRequest, subject: Subject): Promise<Multistatus>;
  /** Where the account's calendars are; asked of the service once, then stored. */
  placeOf(accountId: string): Promise<Place>;
  /** Asks the service anew where the account's calendars are. */
  findAgain(accountId: string): Promise<Place>;
  /** Forgets what is held in memory of an account. */
  forget(accountId: string): void;
}

/** So many requests of one account at once. */
export const MOST_AT_ONCE = 4;
/** A password is read from the store again after this, ms. */
const HELD_MS = 5 * 60_000;

interface Held {
  readonly stored: string;
  readonly credential: IcloudCredential;
  /** Epoch ms. */
  readonly until: number;
}

export function createDav(needs: IcloudNeeds): Dav {
  const { credentials, clock, settings } = needs;
  const limited = createLimiter(MOST_AT_ONCE);
  const pace = createPace();
  const held = new Map<string, Held>();
  /** Credentials that were refused, by account: asking again with the same one may lock the Apple account. */
  const refused = new Map<string, string>();

  async function read(accountId: string): Promise<Held> {
    const stored = await credentials.read(accountId);
    const credential = credentialIn(stored);
    if (stored === undefined || !credential) {
      throw new ProviderError('revoked', 'There is no iCloud password stored for this account.', {
        code: 'no-credential',
      });
    }
    if (refused.get(accountId) === stored) {
      throw new ProviderError('revoked', 'iCloud refused this password before; it is not tried again.', {
        code: 'refused-before',
        status: 401,
      });
    }
    const fresh = { stored, credential, until: clock.now() + HELD_MS };
    held.set(accountId, fresh);
    return fresh;
  }

  function credentialOf(accountId: string): Promise<Held> | Held {
    const known = held.get(accountId);
    return known && known.until > clock.now() && refused.get(accountId) !== known.stored ? known : read(accountId);
  }

  function send(accountId: string, request: DavRequest): Promise<DavAnswer> {
    return limited(accountId, async () => {
      let used = await credentialOf(accountId);
      let answer = await sendRequest(needs, used.credential, request);
      if (answer.status === 401) {
        refused.set(accountId, used.stored);
        held.delete(accountId);
        // The person may have reconnected meanwhile; only another credential is worth another try.
        const stored = await credentials.read(accountId);
        if (stored !== undefined && stored !== used.stored) {
          used = await read(accountId);
          answer = await sendRequest(needs, used.credential, request);
          if (answer.status === 401) refused.set(accountId, used.stored);
        }
      }
      const { retryAfter, ...rest } = answer;
      return { ...rest, waitMs: pace.after(accountId, answer.status, retryAfter, clock.now()) };
    });
  }

  async function findAgain(accountId: string): Promise<Place> {
    const place = await discover((request) => send(accountId, request), settings.root);
    const { stored, credential } = await credentialOf(accountId);
    // Whoever reconnected meanwhile stored a newer password, which the old one must not replace.
    if ((await credentials.read(accountId)) === stored) {
      await credentials.write(accountId, credentialFrom({ ...credential, ...place }));
    }
    held.delete(accountId);
    return place;
  }

  return {
    root: settings.root,
    send,
    findAgain,
    async multistatus(accountId, request, subject) {
      const answer = await send(accountId, request);
      if (!answer.multistatus) throw failureOf(answer, subject);
      return answer.multistatus;
    },
    async placeOf(accountId) {
      const { principal, home, service } = (await credentialOf(accountId)).credential;
      return principal && home && service ? { principal, home, service } : findAgain(accountId);
    },
    forget(accountId) {
      held.delete(accountId);
      refused.delete(accountId);
    },
  };
}
