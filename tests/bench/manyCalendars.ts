import { DatabaseSync } from 'node:sqlite';
import { statementsOfStores } from '../../local/sql/recordedStatements.ts';
import { pairViewsOf } from '../../shared/consent/api/pairView.ts';
import { systemRandom } from '../../shared/platform/random.ts';
import { readSettings } from '../../shared/platform/settings.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { createStores, openDatabase } from '../../shared/stores/createStores.ts';
import type { Link } from '../../shared/stores/stores.ts';
import { pollDue, renewDue, slideDue, sweepAbandoned, verifyDue } from '../../shared/sync/due.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { pullChanges } from '../../shared/sync/round.ts';
import { createMemoryTables, memoryStorage } from '../simulation/harness/tables.ts';
import { keys, link } from '../unit/sync/builders.ts';
import { APP } from './engine.ts';
import { median } from './machine.ts';

/** An installation with so many calendars, and what it does for one of them. Its calendar service answers at once that nothing changed. */
export const scaleActs = ['notification', 'timer tick', 'status page'] as const;
export type ScaleAct = (typeof scaleActs)[number];

/** Each prepares one for another calendar each time. @returns what does it, and says how much that was */
export interface ManyCalendars extends Readonly<Record<ScaleAct, (turn: number) => Promise<() => Promise<number>>>> {
  /** Makes all subscriptions due and lets the timer queue their renewals, tick by tick. */
  renewAll(say: (line: string) => void): Promise<Renewal>;
  /** Statements of all stores that read a whole table of those that grow, as SQLite plans them here. */
  scans(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Renewal {
  readonly subscriptions: number;
  readonly messages: number;
  readonly ticks: number;
  readonly longestTickMs: number;
  readonly medianTickMs: number;
}

const NOW = Date.parse('2026-11-23T08:00:00Z');
const QUIET_UNTIL = NOW + 30 * 86_400_000;
/** Which calendars are looked at: far apart, and the same ones never twice in a row. */
const STRIDE = 7_919;
/** Calendars that come due between two ticks. */
const DUE = 20;
/** Copies of each pair whose page is shown. */
const COPIES = 40;

export async function openManyCalendars(file: string, calendars: number): Promise<ManyCalendars> {
  await (await openDatabase(`sqlite:${file}`)).close();
  fillDatabase(file, calendars, QUIET_UNTIL);
  const users = calendars / 2;
  const userAt = (turn: number) => (turn * STRIDE) % users;
  let now = NOW;
  const clock = { now: () => now };
  let marked = 0;
  /** For how many ticks calendars are marked at once, none of them twice. */
  const ahead = Math.max(1, Math.min(20, Math.floor(users / DUE)));
  const tables = createMemoryTables();
  const stores = await createStores({
    database: `sqlite:${file}`,
    storage: memoryStorage,
    httpClient: { sendRequest: async (request) => tables.answer(request) },
    keyring: keys('k1'),
    clock,
  });
  let messages = 0;
  const counted = async () => {
    messages += 1;
  };
  const quiet: Pick<CalendarProvider, 'pull'> = {
    // biome-ignore lint/correctness/useYield: nothing changed
    async *pull(_calendar, start) {
      return { cursor: 'cursor' in start ? start.cursor : '', full: false };
    },
  };
  const provider = quiet as CalendarProvider;
  const settings = readSettings({
    HETK_PUBLIC_URL: APP,
    HETK_DATABASE: `sqlite:${file}`,
    HETK_KEYS: 'file:keys.json',
    HETK_STORAGE: 'UseDevelopmentStorage=true',
  });
  const needs: SyncNeeds = {
    settings,
    clock,
    random: systemRandom,
    log: () => {},
    queues: { changes: counted, bulk: counted },
    stores,
    keyring: keys('k1'),
    txt: async () => [],
    providers: { microsoft: provider, google: provider },
  };
  const consent = {
    ...needs,
    settings,
    preview: async () => ({ originals: 0, copies: 0, skipped: {}, examples: [] }),
  };

  const dueAt = (turn: number) => NOW + 1 + turn;

  /** Makes calendars due, for some turns at once: what another process writes makes SQLite forget what it holds in memory. */
  function mark(from: number): void {
    const due = new DatabaseSync(file);
    const columns = ['next_poll_at', 'next_slide_at', 'next_verify_at', 'next_subscribe_at'];
    const update = due.prepare(
      `update calendars set ${columns.map((column) => `${column} = :at`).join(', ')} where id in (select value from json_each(:ids))`,
    );
    for (let turn = from; turn < from + ahead; turn += 1) {
      const ids = Array.from({ length: DUE }, (_, at) => `c${userAt(turn * DUE + at)}-1`);
      update.run({ at: dueAt(turn), ids: JSON.stringify(ids) });
    }
    due.close();
  }

  return {
    async notification(turn) {
      const calendarId = `c${userAt(turn)}-0`;
      return async () => {
        await pullChanges(needs, { kind: 'pull', calendarId, at: now });
        return (await stores.calendars.find(calendarId))?.pullStartedAt === now ? 1 : 0;
      };
    },

    async 'timer tick'(turn) {
      for (; marked <= turn; marked += ahead) mark(marked);
      now = dueAt(turn);
      return async () => {
        const before = messages;
        for (const timer of [pollDue, renewDue, slideDue, verifyDue, sweepAbandoned]) await timer(needs);
        return messages - before;
      };
    },

    async 'status page'(turn) {
      const user = userAt(turn);
      await stores.links.put(copiesOf(`r${user}-0`));
      return async () => {
        const views = await pairViewsOf(consent, `u${user}`);
        return views.filter(({ counts }) => counts.copies === COPIES).length;
      };
    },

    async renewAll(say) {
      const all = new DatabaseSync(file);
      all.exec(`update calendars set next_subscribe_at = ${now} - 1 where live_source = 1`);
      all.close();
      const before = messages;
      const took: number[] = [];
      for (;;) {
        const began = performance.now();
        const taken = await renewDue(needs);
        if (taken === 0) break;
        took.push(performance.now() - began);
        if (took.length % 50 === 0) say(`${messages - before} renewals queued`);
      }
      return {
        subscriptions: calendars,
        messages: messages - before,
        ticks: took.length,
        longestTickMs: Math.max(...took),
        medianTickMs: median(took),
      };
    },

    async scans() {
      const { sqliteDialect } = await import('../../shared/stores/dialects/sqlite.ts');
      const statements = await statementsOfStores(await sqliteDialect(':memory:'));
      const db = new DatabaseSync(file);
      const found = statements
        .filter(({ sql }) => /^(select|update|delete|with)/i.test(sql))
        .flatMap(({ sql }) =>
          db
            .prepare(`explain query plan ${sql}`)
            .all()
            .map(({ detail }) => String(detail))
            .filter((detail) => /^SCAN (users|accounts|calendars|pairs|routes|subscriptions|credentials)/.test(detail))
            .map((detail) => `${detail}: ${sql}`),
        );
      db.close();
      return [...new Set(found)];
    },

    close: () => stores.close(),
  };
}

function copiesOf(routeId: string): Link[] {
  return Array.from({ length: COPIES }, (_, at) => link({ routeId, originalId: `o${at}`, copyId: `c${at}` }));
}

/**
 * Fills a database that has Hetk's schema with users who have two accounts each, a calendar in each, and a two-way pair between them. Nothing is
 * due before `quietUntil` (epoch ms), and nothing is analysed, as nobody does in an installation. Ids tell who is whose: `u7`, `a7-0`, `c7-0`, `p7`, `r7-0`.
 */
function fillDatabase(file: string, calendars: number, quietUntil: number): void {
  const db = new DatabaseSync(file);
  const users = calendars / 2;
  const each = `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${users})`;
  const both = `${each}, both(i, k) as (select i, 0 from n union all select i, 1 from n)`;
  db.exec('pragma journal_mode = wal; pragma synchronous = off; begin');
  db.exec(`insert into users (id, created_at) ${each} select 'u' || i, 0 from n`);
  db.exec(`insert into accounts (id, user_id, provider, subject, email, status, created_at, domain)
    ${both} select 'a' || i || '-' || k, 'u' || i, case k when 0 then 'microsoft' else 'google' end, 's' || i || '-' || k,
      'person' || i || '@bench' || k || '.example', 'active', 0, 'bench' || k || '.example' from both`);
  db.exec(`insert into calendars (id, account_id, user_id, remote_id, name, color, zone, is_primary, writable, readable, gone_at,
      round_cursor, window_start, window_end, pull_started_at, dirty, fence, lease_until, live_source,
      next_poll_at, next_slide_at, next_verify_at, next_subscribe_at)
    ${both} select 'c' || i || '-' || k, 'a' || i || '-' || k, 'u' || i, 'remote' || i || '-' || k, 'Calendar', '#1a57c9', 'Europe/Vienna', 1, 1, 1, 0,
      'cursor' || i || '-' || k || hex(zeroblob(300)), 0, 4102444800000, 0, 0, 1, 0, 1,
      ${quietUntil} + i, ${quietUntil} + i, ${quietUntil} + i, ${quietUntil} + i from both`);
  db.exec(
    `insert into pairs (id, user_id, direction, paused, removing, created_at) ${each} select 'p' || i, 'u' || i, 'two-way', 0, 0, 0 from n`,
  );
  db.exec(`insert into routes (id, pair_id, user_id, source_calendar_id, target_calendar_id, way, twin_id, mark_private, show_as, skip_free,
      transform_identity, state, progress_done, progress_total, last_synced_at, deletions_confirmed_until)
    ${both} select 'r' || i || '-' || k, 'p' || i, 'u' || i, 'c' || i || '-' || k, 'c' || i || '-' || (1 - k), k, 'r' || i || '-' || (1 - k),
      0, 'keep', 0, 0, 'active', 0, 0, 1, 0 from both`);
  db.exec(`insert into subscriptions (id, calendar_id, remote_id, resource_id, expires_at, renew_at)
    ${both} select 's' || i || '-' || k, 'c' || i || '-' || k, 'remote' || i || '-' || k, null, ${quietUntil} + i, ${quietUntil} + i from both`);
  db.exec('commit');
  db.close();
}
