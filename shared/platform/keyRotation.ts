import type { KeyPurpose } from './keyring.ts';
import { freshKey, type KeptKey, type Keys } from './keys.ts';
import type { Random } from './random.ts';

/**
 * How a key is replaced while everything runs. A new key is added as the second of its list, until every process knows it; then it becomes the first, and
 * until every process uses it nothing else happens; then what the old key made is made anew, or is waited for until it ends by itself; then the old
 * key goes. Where a list stands is read from the list, so a rotation can be interrupted anywhere and taken up again.
 */
export type Step =
  | { readonly do: 'rest' }
  | { readonly do: 'add' }
  /** Until every process knows the new key, or uses it; epoch ms. */
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'lead'; readonly id: string }
  /** Make anew what was made with these keys, then drop them. */
  | { readonly do: 'replace'; readonly ids: readonly string[] }
  /** What was made with the old keys ends by itself, at the latest then; epoch ms. */
  | { readonly do: 'keep'; readonly until: number }
  | { readonly do: 'retire'; readonly ids: readonly string[] };

/** The purposes whose keys are rotated. Link hashes are not: they protect nothing by themselves, and without their key every copy would be written anew. */
export const rotated = ['credentials', 'push', 'session'] as const satisfies readonly KeyPurpose[];
export type RotatedPurpose = (typeof rotated)[number];

const DAY_MS = 86_400_000;
/** How long what a key signed may still come back: a session lasts 30 days, a subscription at most 7. Credentials are encrypted anew instead. */
const lastingMs: Readonly<Record<RotatedPurpose, number>> = { credentials: 0, push: 8 * DAY_MS, session: 31 * DAY_MS };

/**
 * What is to be done next with the keys of a purpose.
 * @param settleMs how long it takes until every process has taken over a change
 * @param begin whether a list at rest begins a rotation
 */
export function nextStep(keys: Keys, purpose: RotatedPurpose, now: number, settleMs: number, begin: boolean): Step {
  const [first, ...others] = keys[purpose];
  const added = others.find(({ addedAt, leadsSince }) => addedAt !== undefined && leadsSince === undefined);
  if (added) {
    const known = (added.addedAt ?? 0) + settleMs;
    return now < known ? { do: 'wait', until: known } : { do: 'lead', id: added.id };
  }
  if (others.length === 0) return { do: begin ? 'add' : 'rest' };
  const since = first?.leadsSince ?? 0;
  if (now < since + settleMs) return { do: 'wait', until: since + settleMs };
  const ids = others.map(({ id }) => id);
  if (purpose === 'credentials') return { do: 'replace', ids };
  const until = since + lastingMs[purpose];
  return now < until ? { do: 'keep', until } : { do: 'retire', ids };
}

/** With a new key behind the first. */
export function withAdded(keys: Keys, purpose: RotatedPurpose, now: number, random: Random): Keys {
  const [first, ...others] = keys[purpose];
  const added: KeptKey = { ...freshKey(random), addedAt: now };
  return { ...keys, [purpose]: first ? [first, added, ...others] : [added] };
}

/** With this key as the first. */
export function withLeader(keys: Keys, purpose: RotatedPurpose, id: string, now: number): Keys {
  const leader = keys[purpose].find((key) => key.id === id);
  if (!leader) return keys;
  const others = keys[purpose].filter((key) => key.id !== id);
  return { ...keys, [purpose]: [{ ...leader, leadsSince: now }, ...others] };
}

/** Without these keys; the first never goes. */
export function without(keys: Keys, purpose: RotatedPurpose, ids: readonly string[]): Keys {
  const [first, ...others] = keys[purpose];
  return { ...keys, [purpose]: [...(first ? [first] : []), ...others.filter(({ id }) => !ids.includes(id))] };
}
