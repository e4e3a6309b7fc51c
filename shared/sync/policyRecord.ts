/** What the TXT records of `_hetk.<domain>` say. */
export interface HeardPolicy {
  readonly policy: 'private' | 'none';
  /** The records that are ours, as they stand there. */
  readonly records: readonly string[];
  /** A record names no policy that is known: whoever set it meant to restrict, so it counts as `private`. */
  readonly unclear: boolean;
}

/** The record that forces copies to be private. */
export const PRIVATE_RECORD = 'v=hetk1; policy=private';

/** Reads records; others under the same name are nobody's business. Of several the strictest counts. */
export function readPolicy(texts: readonly string[]): HeardPolicy {
  const records = texts.filter((text) => /^\s*v\s*=\s*hetk1\s*(;|$)/i.test(text));
  const named = records.map(policyIn);
  const unclear = named.includes(undefined);
  return { policy: unclear || named.includes('private') ? 'private' : 'none', records, unclear };
}

function policyIn(record: string): 'private' | 'none' | undefined {
  const tags = record.split(';').map((tag) => tag.split('=', 2).map((part) => part.trim().toLowerCase()));
  const policies = tags.filter(([name]) => name === 'policy').map(([, value]) => value);
  const [policy] = policies;
  return policies.length === 1 && (policy === 'private' || policy === 'none') ? policy : undefined;
}
