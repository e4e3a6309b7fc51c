import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const entry = z.object({ last: z.iso.datetime(), next: z.iso.datetime() });
type Entry = z.infer<typeof entry>;

/** When each timer ran last and is to run next (ISO, UTC); the real host keeps this in blobs. */
export interface TimerRecord {
  get(functionName: string): Entry | undefined;
  set(functionName: string, entry: Entry): void;
}

/** @param file where it outlives a restart; without one it is in memory */
export function createTimerRecord(file?: string): TimerRecord {
  const entries = new Map(Object.entries(file ? readEntries(file) : {}));
  return {
    get: (functionName) => entries.get(functionName),
    set(functionName, value) {
      entries.set(functionName, value);
      if (!file) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(entries), null, 2));
      renameSync(`${file}.new`, file);
    },
  };
}

function readEntries(file: string): Record<string, Entry> {
  if (!existsSync(file)) return {};
  return z.record(z.string(), entry).parse(JSON.parse(readFileSync(file, 'utf8')));
}
