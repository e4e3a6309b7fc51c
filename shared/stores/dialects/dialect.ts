import type { ColumnDataType, Dialect as KyselyDialect, KyselyPlugin, RawBuilder } from 'kysely';

/**
 * All in which SQLite and SQL Server differ. The queries themselves are written once, with `limit` and `returning`; a dialect that spells
 * these otherwise rewrites them in its plugins.
 */
export interface Dialect {
  readonly kysely: KyselyDialect;
  readonly plugins: readonly KyselyPlugin[];
  readonly types: ColumnTypes;
  /** How often a piece of work is tried before its transient error counts. */
  readonly attempts: number;
  /** A row source with the columns `id` and `due_at`, from a JSON array of `{id, at}`: one parameter whatever the number of rows. */
  dueRows(json: string): RawBuilder<DueRow>;
  /** Drivers throw other things than errors; this makes one of whatever it was. */
  errorOf(thrown: unknown): Error;
  /** Nothing was committed and the same work may succeed now. */
  isTransient(error: Error): boolean;
  /** A unique index or primary key refused a row. */
  isUniqueViolation(error: Error): boolean;
}

export interface DueRow {
  readonly id: string;
  readonly due_at: number;
}

type ColumnType = ColumnDataType | RawBuilder<unknown>;

export interface ColumnTypes {
  /** Our ids: compared byte by byte. */
  readonly id: ColumnType;
  /** The providers' ids: case-sensitive, at most 700 characters, so that SQL Server can index them. */
  readonly remoteId: ColumnType;
  /** A small fixed vocabulary. */
  readonly word: ColumnType;
  /** Text for people, at most 1,000 characters. */
  readonly text: ColumnType;
  /** Text without a limit. */
  readonly long: ColumnType;
  readonly flag: ColumnType;
  readonly count: ColumnType;
  readonly time: ColumnType;
}
