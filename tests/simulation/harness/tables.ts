import type { TableTransport } from '../../../shared/stores/tables.ts';

/**
 * Azure Table Storage in this process: what the storage client sends is answered here instead of by a service. It knows as much of the protocol
 * as Hetk uses; the contract tests of the table stores hold it to what Azurite does.
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
 */

type Sent = Parameters<TableTransport['sendRequest']>[0];
type Answered = Awaited<ReturnType<TableTransport['sendRequest']>>;

interface Row {
  readonly partition: string;
  readonly row: string;
  /** As it is answered. */
  readonly json: string;
}

interface Table {
  readonly partitions: Map<string, Map<string, Row>>;
}

export interface MemoryTables {
  /** Answers one request; nothing of it waits. */
  answer(request: Sent): Answered;
  /** Every row of every table, as text. */
  dump(): { readonly table: string; readonly partition: string; readonly text: string }[];
  /** How many rows a partition has. */
  count(table: string, partition: string): number;
  clear(): void;
}

/** Where a client believes the service to be, and a signature that nobody checks. */
export const memoryStorage =
  'TableEndpoint=http://127.0.0.1:1/devstoreaccount1;SharedAccessSignature=sv=2019-02-02&sig=none';

const mostInAPage = 1000;
const mostInATransaction = 100;

export function createMemoryTables(): MemoryTables {
  const tables = new Map<string, Table>();
  let version = 0;

  function tableOf(name: string): Table | undefined {
    return tables.get(name.toLowerCase());
  }

  function put(table: Table, partition: string, row: string, body: string): void {
    version += 1;
    const rows = table.partitions.get(partition) ?? new Map<string, Row>();
    table.partitions.set(partition, rows);
    const stamp = `"odata.etag":"W/\\"${version}\\"","Timestamp":"2026-01-01T00:00:00.0000000Z",`;
    rows.set(row, { partition, row, json: `{${stamp}${body.trim().slice(1)}` });
  }

  function query(request: Sent, table: Table, search: URLSearchParams): Answered {
    const wanted = readFilter(search.get('$filter') ?? '');
    const size = Math.min(Number(search.get('$top') ?? mostInAPage), mostInAPage);
    const from = search.get('NextRowKey');
    if (wanted.partition === undefined) return failed(request, 501, 'NotImplemented', 'A query without a partition.');
    const rows = [...(table.partitions.get(wanted.partition)?.values() ?? [])]
      .filter(({ row }) => (from === null || row >= from) && wanted.rows.every((fits) => fits(row)))
      .sort((a, b) => (a.row < b.row ? -1 : 1));
    const found: string[] = [];
    let next: Row | undefined;
    const select = search.get('$select')?.split(',');
    for (const row of rows) {
      if (wanted.properties.length > 0) {
        const entity = JSON.parse(row.json) as Record<string, unknown>;
        if (!wanted.properties.every((fits) => fits(entity))) continue;
      }
      if (found.length === size) {
        next = row;
        break;
      }
      found.push(select ? selected(row.json, select) : row.json);
    }
    const headers: Record<string, string> = next
      ? { 'x-ms-continuation-nextpartitionkey': next.partition, 'x-ms-continuation-nextrowkey': next.row }
      : {};
    return answered(request, 200, `{"value":[${found.join(',')}]}`, {
      'content-type': 'application/json;odata=minimalmetadata',
      ...headers,
    });
  }

  /** All of a transaction or nothing. */
  function transact(request: Sent): Answered {
    const actions = readTransaction(String(request.body ?? ''));
    if (actions.length > mostInATransaction) return refused(request, mostInATransaction, 400, 'InvalidInput');
    const [first] = actions;
    for (const [index, { table, partition, row, method }] of actions.entries()) {
      if (partition !== first?.partition || table !== first.table) {
        return refused(request, index, 400, 'CommandsInBatchActOnDifferentPartitions');
      }
      if (actions.findIndex((other) => other.row === row) !== index) {
        return refused(request, index, 400, 'InvalidDuplicateRow');
      }
      const held = tableOf(table)?.partitions.get(partition)?.has(row);
      if (!tableOf(table)) return refused(request, index, 404, 'TableNotFound');
      if (method === 'DELETE' && !held) return refused(request, index, 404, 'ResourceNotFound');
    }
    for (const { table: name, partition, row, method, body } of actions) {
      const table = tableOf(name);
      if (!table) continue;
      if (method === 'PUT') put(table, partition, row, body);
      else table.partitions.get(partition)?.delete(row);
    }
    return batchAnswer(
      request,
      actions.map(() => 'HTTP/1.1 204 No Content\r\nDataServiceVersion: 3.0;\r\n\r\n'),
    );
  }

  return {
    answer(request) {
      const url = new URL(request.url);
      const path = decodeURIComponent(url.pathname).split('/devstoreaccount1/')[1] ?? '';
      if (path === '$batch') return transact(request);
      if (path === 'Tables' && request.method === 'POST') {
        const { TableName: name } = JSON.parse(String(request.body)) as { TableName: string };
        if (tableOf(name)) return failed(request, 409, 'TableAlreadyExists', 'The table specified already exists.');
        tables.set(name.toLowerCase(), { partitions: new Map() });
        return answered(request, 204, '', {});
      }
      const [, name = '', keys = ''] = /^(\w+)\((.*)\)$/s.exec(path) ?? [];
      const table = tableOf(name);
      if (!table) return failed(request, 404, 'TableNotFound', 'The table specified does not exist.');
      if (request.method !== 'GET') return failed(request, 501, 'NotImplemented', 'Only reads go by themselves.');
      if (keys === '') return query(request, table, url.searchParams);
      const { partition, row } = readKeys(keys);
      const found = table.partitions.get(partition)?.get(row);
      if (!found) return failed(request, 404, 'ResourceNotFound', 'The specified resource does not exist.');
      return answered(request, 200, found.json, { 'content-type': 'application/json;odata=minimalmetadata' });
    },
    dump: () =>
      [...tables].flatMap(([table, { partitions }]) =>
        [...partitions.values()].flatMap((rows) =>
          [...rows.values()].map(({ partition, json }) => ({ table, partition, text: json })),
        ),
      ),
    count: (table, partition) => tableOf(table)?.partitions.get(partition)?.size ?? 0,
    clear() {
      for (const { partitions } of tables.values()) partitions.clear();
    },
  };
}

/** `PartitionKey='p',RowKey='r'`, quotes doubled. */
function readKeys(keys: string): { partition: string; row: string } {
  const [, partition = '', row = ''] = /^PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'$/s.exec(keys) ?? [];
  return { partition: partition.replaceAll("''", "'"), row: row.replaceAll("''", "'") };
}

interface Filter {
  readonly partition: string | undefined;
  readonly rows: ((row: string) => boolean)[];
  readonly properties: ((entity: Record<string, unknown>) => boolean)[];
}

/** Comparisons with texts, all of which must hold. @throws Error for any other filter */
function readFilter(filter: string): Filter {
  let partition: string | undefined;
  const rows: Filter['rows'] = [];
  const properties: Filter['properties'] = [];
  let rest = filter;
  while (rest !== '') {
    const [whole, name = '', operator = '', raw = ''] =
      /^(\w+) (eq|ge|le|gt|lt|ne) '((?:[^']|'')*)'(?: and |$)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`The simulated tables do not know the filter ${filter}.`);
    const value = raw.replaceAll("''", "'");
    if (name === 'PartitionKey' && operator === 'eq') partition = value;
    else if (name === 'RowKey') rows.push((row) => compares(row, operator, value));
    else properties.push((entity) => compares(String(entity[name] ?? ''), operator, value));
    rest = rest.slice(whole.length);
  }
  return { partition, rows, properties };
}

function compares(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'ge':
      return left >= right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    default:
      return left < right;
  }
}

function selected(json: string, names: readonly string[]): string {
  const entity = JSON.parse(json) as Record<string, unknown>;
  const kept = Object.entries(entity).filter(([name]) => names.includes(name.replace(/@odata\.type$/, '')));
  return JSON.stringify(Object.fromEntries(kept));
}

interface Action {
  readonly method: 'PUT' | 'DELETE';
  readonly table: string;
  readonly partition: string;
  readonly row: string;
  readonly body: string;
}

/** The parts of the one change set of a transaction. */
function readTransaction(text: string): Action[] {
  const parts = text.split(/\r?\n--changeset_[\w-]+(?:--)?\r?\n/).slice(1, -1);
  return parts.map((part) => {
    const [, method, target = ''] = /^(PUT|DELETE) (\S+) HTTP\/1\.1\r?$/m.exec(part) ?? [];
    const path = decodeURIComponent(new URL(target).pathname);
    const [, table = '', keys = ''] = /\/(\w+)\((.*)\)$/s.exec(path) ?? [];
    if (method !== 'PUT' && method !== 'DELETE') {
      throw new Error('The simulated tables know upserts that replace, and deletions.');
    }
    const body = part.split(/\r?\n\r?\n/).at(-1) ?? '';
    return { method, table, ...readKeys(keys), body: method === 'PUT' ? (/\{[\s\S]*\}/.exec(part)?.[0] ?? body) : '' };
  });
}

function refused(request: Sent, index: number, status: number, code: string): Answered {
  const error = { 'odata.error': { code, message: { lang: 'en-US', value: `${index}:The request was refused.` } } };
  const head = `HTTP/1.1 ${status} Error\r\nDataServiceVersion: 3.0;\r\nContent-Type: application/json\r\n\r\n`;
  return batchAnswer(request, [`${head}${JSON.stringify(error)}\r\n`]);
}

function batchAnswer(request: Sent, parts: readonly string[]): Answered {
  const head = '--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n';
  const inner = parts.map((part) => `${head}${part}`).join('\r\n');
  const body = `--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n${inner}\r\n--changesetresponse_1--\r\n--batchresponse_1--\r\n`;
  return answered(request, 202, body, { 'content-type': 'multipart/mixed; boundary=batchresponse_1' });
}

function failed(request: Sent, status: number, code: string, value: string): Answered {
  const error = { 'odata.error': { code, message: { lang: 'en-US', value } } };
  return answered(request, status, JSON.stringify(error), { 'content-type': 'application/json' });
}

function answered(request: Sent, status: number, bodyAsText: string, headers: Record<string, string>): Answered {
  return { request, status, bodyAsText, headers: headersOf(headers) };
}

/** The headers of an answer, as the storage client reads them. */
function headersOf(initial: Record<string, string>): Answered['headers'] {
  const held = new Map(Object.entries(initial));
  return {
    get: (name) => held.get(name.toLowerCase()),
    has: (name) => held.has(name.toLowerCase()),
    set: (name, value) => void held.set(name.toLowerCase(), String(value)),
    delete: (name) => void held.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(held),
    [Symbol.iterator]: () => held.entries(),
  };
}
