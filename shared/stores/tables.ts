import {
  RestError,
  TableClient,
  type TableEntity,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { azureIdentity } from '../platform/azureIdentity.ts';

/** At most so many entities, all of one partition, in one transaction (and per answer page ten times as many). */
export const TRANSACTION_SIZE = 100;
export const PAGE_SIZE = 1000;

/** What carries requests to the table service. */
export type TableTransport = NonNullable<TableServiceClientOptions['httpClient']>;

/**
 * A client for one table. Opening it sends nothing.
 * @param storage the setting HETK_STORAGE: `account:<name>`, or a connection string
 * @param httpClient by default the network
 */
export async function openTable(
  storage: string,
  name: string,
  credential?: TokenCredential,
  httpClient?: TableTransport,
): Promise<TableClient> {
  const transport = httpClient ? { httpClient } : {};
  const account = /^account:(.+)$/.exec(storage)?.[1];
  if (account) {
    const identity = credential ?? (await azureIdentity());
    return new TableClient(`https://${account}.table.core.windows.net`, name, identity, transport);
  }
  const insecure = /^UseDevelopmentStorage=true|TableEndpoint=http:|DefaultEndpointsProtocol=http;/i.test(storage);
  return TableClient.fromConnectionString(storage, name, { allowInsecureConnection: insecure, ...transport });
}

/** Makes the table where we may; where the infrastructure has made it and lets us only use it, that is fine. */
export async function ensureTable(table: TableClient): Promise<void> {
  try {
    await table.createTable();
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
  }
}

/** One entity, or undefined when it is not there. */
export async function getEntity(table: TableClient, partition: string, row: string): Promise<object | undefined> {
  try {
    return await table.getEntity(partition, row);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Some entities of a query; without a continuation token these are the last. */
export type EntityPage = readonly object[] & { readonly continuationToken?: string | undefined };

/** The entities of a query, a page at a time, in the order of their row keys. */
export async function* listPages(
  table: TableClient,
  filter: string,
  options: { readonly select?: string[]; readonly pageSize?: number } = {},
): AsyncGenerator<EntityPage, void> {
  const { select, pageSize = PAGE_SIZE } = options;
  const pages = table
    .listEntities({ queryOptions: { filter, ...(select && { select }) } })
    .byPage({ maxPageSize: pageSize });
  for await (const page of pages) yield page;
}

const rowKeyOnly = z.object({ rowKey: z.string() });

/** Deletes all of a partition; can be interrupted and run again. */
export async function clearPartition(table: TableClient, partition: string): Promise<void> {
  for await (const page of listPages(table, partitionIs(partition), { select: ['PartitionKey', 'RowKey'] })) {
    const deletes = page.map((entity) => deletion(partition, rowKeyOnly.parse(entity).rowKey));
    for (let at = 0; at < deletes.length; at += TRANSACTION_SIZE) {
      await submit(table, partition, deletes.slice(at, at + TRANSACTION_SIZE));
    }
  }
}

/** What was given, by route and so by partition. */
export function byRoute<T extends { readonly routeId: string }>(items: readonly T[]): Map<string, T[]> {
  const routes = new Map<string, T[]>();
  for (const item of items) {
    const own = routes.get(item.routeId);
    if (own) own.push(item);
    else routes.set(item.routeId, [item]);
  }
  return routes;
}

export function upsertion(entity: TableEntity): TransactionAction {
  return ['upsert', entity, 'Replace'];
}

export function deletion(partitionKey: string, rowKey: string): TransactionAction {
  return ['delete', { partitionKey, rowKey }];
}

/**
 * Submits one entity-group transaction. A deletion of what is no longer there fails the whole of it; then it is submitted once more without
 * the deletions that have become needless.
 */
export async function submit(table: TableClient, partition: string, actions: TransactionAction[]): Promise<void> {
  if (actions.length === 0) return;
  try {
    await table.submitTransaction(actions);
  } catch (error) {
    if (statusOf(error) !== 404 || !actions.some(([kind]) => kind === 'delete')) throw error;
    const needed: TransactionAction[] = [];
    for (const action of actions) {
      const present = action[0] !== 'delete' || (await getEntity(table, partition, action[1].rowKey));
      if (present) needed.push(action);
    }
    if (needed.length > 0) await table.submitTransaction(needed);
  }
}

/** A filter for the rows of a partition; our partitions are ids without quotes, and quotes are doubled all the same. */
export function partitionIs(partition: string): string {
  return `PartitionKey eq ${quoted(partition)}`;
}

/** A filter for a range of row keys, both ends included. */
export function rowsBetween(partition: string, first: string, last: string): string {
  return `${partitionIs(partition)} and RowKey ge ${quoted(first)} and RowKey le ${quoted(last)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
