import { createHash } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { History, HistoryEntry } from './stores.ts';
import {
  byRoute,
  clearPartition,
  listPages,
  PAGE_SIZE,
  partitionIs,
  submit,
  TRANSACTION_SIZE,
  upsertion,
} from './tables.ts';

/** The end of JavaScript's time; 16 digits. */
const END_OF_TIME = 8_640_000_000_000_000;
const MOST_IN_A_CALL = 999_999;

/**
 * History in Azure Table Storage, one partition per route. Row keys count down, so that the newest comes first; they end in a hash of the
 * entry, so that two workers in the same millisecond do not overwrite each other.
 */
export function createHistory(table: TableClient): History {
  return {
    async add(entries) {
      for (const [routeId, own] of byRoute(entries)) {
        const rows = own.map(rowOf);
        for (let at = 0; at < rows.length; at += TRANSACTION_SIZE) {
          await submit(table, routeId, rows.slice(at, at + TRANSACTION_SIZE).map(upsertion));
        }
      }
    },

    async latest(routeId, limit) {
      const entries: HistoryEntry[] = [];
      const options = { pageSize: Math.max(1, Math.min(limit, PAGE_SIZE)) };
      for await (const page of listPages(table, partitionIs(routeId), options)) {
        entries.push(...page.map(entryOf));
        if (entries.length >= limit) break;
      }
      return entries.slice(0, limit);
    },

    removeRoute: (routeId) => clearPartition(table, routeId),
  };
}

function rowOf(entry: HistoryEntry, index: number) {
  const { routeId, at, ...rest } = entry;
  const countdown = String(END_OF_TIME - at).padStart(16, '0');
  const order = String(MOST_IN_A_CALL - index).padStart(6, '0');
  const hash = createHash('sha256').update(JSON.stringify([entry.originalId, entry.action, entry.reason]));
  const rowKey = `${countdown}:${order}:${hash.digest('hex').slice(0, 16)}`;
  return { partitionKey: routeId, rowKey, at: BigInt(at), ...rest };
}

const stored = z.object({
  partitionKey: z.string(),
  at: z.bigint().transform(Number),
  action: z.enum([
    'created',
    'updated',
    'deleted',
    'refused',
    'braked',
    'dropped',
    'written-back',
    'original-deleted',
    'restored',
  ]),
  reason: z.string(),
  originalId: z.string(),
  copyId: z.string().optional(),
});

function entryOf(entity: object): HistoryEntry {
  const { partitionKey, copyId, ...rest } = stored.parse(entity);
  return { routeId: partitionKey, ...rest, ...(copyId !== undefined && { copyId }) };
}
