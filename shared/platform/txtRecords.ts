import { Resolver } from 'node:dns/promises';
import { z } from 'zod';

/** The texts of a name's TXT records; none where the name or the record does not exist. @throws TxtLookupFailed when nobody knows */
export type TxtLookup = (name: string) => Promise<readonly string[]>;

/** DNS gave no answer that says anything: a server is ill, too slow, or out of reach. */
export class TxtLookupFailed extends Error {
  override readonly name = 'TxtLookupFailed';
  /** As `node:dns` names it. */
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(`DNS gave no answer (${code}).`, { cause });
    this.code = code;
  }
}

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** Answers that are answers: there is no such name, or it has no such record. */
const nothingThere = new Set(['ENOTFOUND', 'ENODATA']);

/** Names that never exist in the world's DNS, so that nobody has to be asked: RFC 6761, RFC 2606. */
const reserved = /(^|\.)(test|example|invalid|localhost|example\.(com|net|org))$/i;

const failure = z.object({ code: z.string().regex(/^E?[A-Z]{1,32}$/) });

/**
 * Looks in DNS.
 * @param server `address:port` of the one server to ask; by default those of the system
 */
export function dnsTxtLookup(server?: string): TxtLookup {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (server) resolver.setServers([server]);
  return async (name) => {
    if (!server && reserved.test(name)) return [];
    try {
      // A record is one text, in pieces of at most 255 bytes (RFC 1035 3.3.14; joined as RFC 7208 3.3 does).
      return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''));
    } catch (error) {
      const code = failure.safeParse(error).data?.code ?? 'EUNKNOWN';
      if (nothingThere.has(code)) return [];
      throw new TxtLookupFailed(code, error);
    }
  };
}
