import {
  nextStep,
  type RotatedPurpose,
  type Step,
  withAdded,
  withLeader,
  without,
} from '../../shared/platform/keyRotation.ts';
import { type Keys, keyringOf } from '../../shared/platform/keys.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { Database } from '../../shared/stores/database.ts';
import { type Resealed, resealCredentials } from '../../shared/stores/reseal.ts';
import type { KeyStore } from './keyStore.ts';

export interface Rotation {
  readonly store: KeyStore;
  readonly database: Database;
  readonly purposes: readonly RotatedPurpose[];
  readonly random: Random;
  readonly now: () => number;
  /** Waits so many ms; undefined where the command must not wait. */
  readonly pause: ((ms: number) => Promise<unknown>) | undefined;
  readonly say: (line: string) => void;
}

/** Where the keys of each purpose stand at the end. */
export type Outcome = Readonly<Record<string, Step['do']>>;

const titles: Readonly<Record<RotatedPurpose, string>> = {
  credentials: 'Keys of stored credentials',
  push: 'Keys of push tokens',
  session: 'Keys of sessions',
};

/**
 * Replaces the keys of each purpose, or goes on where a rotation that began before stands. Every change is read, made and written by itself; nothing is
 * remembered but what lies in the key store, so it can be stopped anywhere and run again.
 */
export async function rotate(rotation: Rotation): Promise<Outcome> {
  const { store, purposes, now, pause, say } = rotation;
  const begun = await store.read();
  // A list that has several keys is in the midst of a rotation, which comes first.
  const toBegin = new Set(purposes.filter((purpose) => begun[purpose].length === 1));
  for (;;) {
    const keys = await store.read();
    const at = now();
    const steps = purposes.map((purpose) => ({
      purpose,
      step: nextStep(keys, purpose, at, store.settleMs, toBegin.delete(purpose)),
    }));
    let moved = false;
    for (const { purpose, step } of steps) moved = (await take(rotation, purpose, step, at)) || moved;
    if (moved) continue;
    const waits = steps.flatMap(({ step }) => (step.do === 'wait' ? [step.until] : []));
    if (waits.length === 0 || !pause) return outcome(steps, say);
    const until = Math.min(...waits);
    say(`Waiting until every process has taken this over, at ${new Date(until).toISOString()}.`);
    await pause(Math.max(0, until - now()));
  }
}

/** @returns whether the keys were changed */
async function take(rotation: Rotation, purpose: RotatedPurpose, step: Step, at: number): Promise<boolean> {
  const { random, say } = rotation;
  switch (step.do) {
    case 'add':
      await change(rotation, (keys) => withAdded(keys, purpose, at, random));
      say(`${titles[purpose]}: a new one is added.`);
      return true;
    case 'lead':
      await change(rotation, (keys) => withLeader(keys, purpose, step.id, at));
      say(`${titles[purpose]}: the new one is in use.`);
      return true;
    case 'replace':
      await reseal(rotation);
      await change(rotation, (keys) => without(keys, purpose, step.ids));
      say(`${titles[purpose]}: the old one is retired.`);
      return true;
    case 'retire':
      await change(rotation, (keys) => without(keys, purpose, step.ids));
      say(`${titles[purpose]}: the old one is retired.`);
      return true;
    case 'rest':
    case 'wait':
    case 'keep':
      return false;
  }
}

async function change({ store }: Rotation, make: (keys: Keys) => Keys): Promise<void> {
  await store.write(make(await store.read()));
}

/** Until a whole pass finds nothing to do: what a process stored meanwhile under the old key is met by the next one. */
async function reseal({ store, database, random, say }: Rotation): Promise<void> {
  const keyring = keyringOf(await store.read(), {});
  for (let all = 0; ; ) {
    const pass = resealCredentials(database, keyring, random);
    let step = await pass.next();
    for (; !step.done; step = await pass.next()) say(resealed(all, step.value));
    if (step.value.done === 0) return say(resealed(all, step.value));
    all += step.value.done;
  }
}

function resealed(before: number, { done, unreadable }: Resealed): string {
  return `Credentials: ${before + done} encrypted anew${unreadable > 0 ? `, ${unreadable} that no key opens` : ''}.`;
}

function outcome(
  steps: readonly { readonly purpose: RotatedPurpose; readonly step: Step }[],
  say: (line: string) => void,
): Outcome {
  for (const { purpose, step } of steps) {
    if (step.do === 'rest') say(`${titles[purpose]}: done.`);
    if (step.do === 'wait') {
      say(
        `${titles[purpose]}: every process knows the change at ${new Date(step.until).toISOString()}. Run this again then.`,
      );
    }
    if (step.do === 'keep') {
      say(
        `${titles[purpose]}: the new one is in use; the old one is still good for what it signed. Run this again after ${new Date(step.until).toISOString()}, and it goes.`,
      );
    }
  }
  return Object.fromEntries(steps.map(({ purpose, step }) => [purpose, step.do]));
}
