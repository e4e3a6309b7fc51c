import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Chance } from './chance.ts';

/**
 * Takes time and chance out of the system's hands: `Date` reads the simulation's clock, everything of `crypto` that makes random bytes reads a
 * seeded generator, and nothing times out by the real clock. Libraries (MSAL, jose, the storage clients) read these directly. To be imported
 * before anything that they are imported by.
 */

let now = 0;
let chance = new Chance('before the first run');
/** Cryptographic work that runs on another thread and has not answered yet. */
let atWork = 0;

export const virtual = {
  /** @param ms epoch ms */
  setNow(ms: number): void {
    now = ms;
  },
  seed(seed: string): void {
    chance = new Chance(seed);
  },
  /** True while something outside this thread works for it. */
  busy: (): boolean => atWork > 0,
};

class VirtualDate extends Date {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(now);
    else if (given.length === 1) super(given[0]);
    else super(...(given as unknown as [number, number]));
  }
  static override now(): number {
    return now;
  }
}

/** In the way of WebCrypto's functions, whose answers come from other threads in an order that only the real clock knows. */
function counted(name: string, real: (...given: unknown[]) => Promise<unknown>) {
  return {
    [name](this: unknown, ...given: unknown[]): Promise<unknown> {
      atWork += 1;
      return real.apply(this, given).finally(() => {
        atWork -= 1;
      });
    },
  }[name];
}

function install(): void {
  globalThis.Date = VirtualDate as DateConstructor;
  const never = new AbortController().signal;
  AbortSignal.timeout = () => never;

  const bytes = (count: number) => Buffer.from(chance.bytes(count));
  const filled = <T extends ArrayBufferView>(view: T): T => {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(chance.bytes(view.byteLength));
    return view;
  };
  const uuid = () => {
    const raw = bytes(16);
    raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
    raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
    const hex = raw.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  const replacement = {
    randomBytes: (count: number, answer?: (error: null, made: Buffer) => void) => {
      const made = bytes(count);
      if (answer) process.nextTick(answer, null, made);
      return answer ? undefined : made;
    },
    randomFillSync: filled,
    randomUUID: uuid,
  };
  Object.assign(crypto, replacement);
  syncBuiltinESMExports();
  Object.defineProperties(globalThis.crypto, {
    getRandomValues: { value: filled },
    randomUUID: { value: uuid },
  });
  const { subtle } = globalThis.crypto;
  for (const name of ['sign', 'verify', 'encrypt', 'decrypt', 'importKey', 'exportKey', 'digest', 'generateKey']) {
    const real: unknown = Reflect.get(subtle, name);
    if (typeof real === 'function') {
      Object.defineProperty(subtle, name, {
        value: counted(name, real.bind(subtle) as (...given: unknown[]) => Promise<unknown>),
      });
    }
  }
}

install();
