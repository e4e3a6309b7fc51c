import { install, type PairView, until } from '../contract/icloud/installation.ts';
import type { CalDavServer } from '../contract/icloud/servers.ts';
import type { Contender, Course } from './caldav.ts';

/** Nothing more comes when this long nothing was asked, ms. */
const QUIET_MS = 2_000;
const PATIENCE_MS = 600_000;

/** The whole installation as `npm start` runs it, reached as its page and its timers reach it. */
export async function hetkContender({ relay, source, target, events }: Course): Promise<Contender> {
  const installation = await install(relay.url);
  let sourceAccount = '';
  let pair = '';

  async function connected(): Promise<void> {
    sourceAccount = await installation.connectServer(source);
    await installation.connectServer(target);
  }

  async function calendarOf({ calendarPath }: CalDavServer, account: string): Promise<string> {
    const all = await installation.person.get<{ id: string; accountId: string }[]>('/api/calendars');
    const found = all.find(({ accountId }) => (accountId === sourceAccount) === (account === sourceAccount));
    if (!found) throw new Error(`${calendarPath} is not offered.`);
    return found.id;
  }

  async function begin(): Promise<void> {
    const wish = {
      source: await calendarOf(source, sourceAccount),
      target: await calendarOf(target, ''),
      direction: 'one-way',
      sourceToTarget: {},
    };
    pair = (await installation.person.send<PairView>('POST', '/api/pairs', wish)).id;
  }

  /** The page counts copies to answer, so it is asked often only when the end is near. */
  async function done(everyMs: number): Promise<void> {
    await until(
      'the first sync',
      async () => {
        const { status, counts } = await installation.person.get<PairView>(`/api/pairs/${pair}`);
        if (status === 'active' && counts.copies >= events) return true;
        await new Promise((resume) => setTimeout(resume, everyMs));
        return undefined;
      },
      PATIENCE_MS,
    );
  }

  function countingWrites(counted: (count: number) => void): void {
    let written = 0;
    relay.intercept(({ method }) => {
      if (method !== 'PUT') return undefined;
      written += 1;
      counted(written);
      return undefined;
    });
  }

  return {
    name: 'Hetk',
    prepare: connected,
    async firstSync() {
      const written = new Promise<void>((resolve) => countingWrites((count) => count >= events && resolve()));
      await begin();
      await written;
      relay.intercept(undefined);
      await done(0);
    },
    async again() {
      let last = Number.POSITIVE_INFINITY;
      relay.intercept(() => {
        last = performance.now();
        return undefined;
      });
      await installation.queues.changes({ kind: 'poll', accountId: sourceAccount, at: Date.now() });
      await until('a poll', async () => (performance.now() - last > QUIET_MS ? true : undefined));
      relay.intercept(undefined);
    },
    async killedAndRerun(copies) {
      const killed = new Promise<void>((resolve, reject) =>
        countingWrites((count) => {
          if (count === copies) installation.kill().then(resolve, reject);
        }),
      );
      await begin();
      await killed;
      relay.intercept(undefined);
      await installation.startAgain();
      await connected();
      // The sweep, once a minute, finds what a dead worker left when its lease has run out.
      installation.letLeasesRunOut();
      await done(500);
    },
    stop: () => installation.stop(),
  };
}
