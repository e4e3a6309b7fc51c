import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
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

/** RSA signatures cost more than everything else of a request, and none is at stake here: these are as long and as reliable, for this process. */
function signature(data: Uint8Array): Uint8Array {
  const digest = crypto.createHash('sha512').update(data).digest();
  return new Uint8Array(Buffer.concat([digest, digest, digest, digest]));
}

function isRsa(algorithm: unknown): boolean {
  const name = typeof algorithm === 'string' ? algorithm : Reflect.get(Object(algorithm), 'name');
  return name === 'RSASSA-PKCS1-v1_5';
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
  const real = { sign: subtle.sign.bind(subtle), verify: subtle.verify.bind(subtle) };
  const viewOf = (data: BufferSource) =>
    ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  const sign: typeof subtle.sign = async (algorithm, key, data) =>
    isRsa(algorithm) ? (signature(viewOf(data)).buffer as ArrayBuffer) : real.sign(algorithm, key, data);
  const verify: typeof subtle.verify = async (algorithm, key, signed, data) =>
    isRsa(algorithm)
      ? Buffer.compare(signature(viewOf(data)), viewOf(signed)) === 0
      : real.verify(algorithm, key, signed, data);
  Object.defineProperties(subtle, {
    sign: { value: sign, configurable: true },
    verify: { value: verify, configurable: true },
  });
  for (const name of ['sign', 'verify', 'encrypt', 'decrypt', 'importKey', 'exportKey', 'digest', 'generateKey']) {
    const method: unknown = Reflect.get(subtle, name);
    if (typeof method === 'function') {
      Object.defineProperty(subtle, name, {
        value: counted(name, method.bind(subtle) as (...given: unknown[]) => Promise<unknown>),
      });
    }
  }
}

/** Statements are prepared once for each database and text: there are a few dozen, and each is run thousands of times. */
function keepStatements(): void {
  const kept = new WeakMap<DatabaseSync, Map<string, StatementSync>>();
  const { prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (text) {
    const own = kept.get(this) ?? new Map<string, StatementSync>();
    kept.set(this, own);
    const known = own.get(text);
    if (known) return known;
    const statement = prepare.call(this, text);
    const columns = statement.columns();
    statement.columns = () => columns;
    // A change of the schema would make what was prepared before it wrong.
    if (/^(create|alter|drop)/i.test(text)) own.clear();
    else own.set(text, statement);
    return statement;
  };
}

install();
keepStatements();
