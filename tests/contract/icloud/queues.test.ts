import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../findOnPath.ts';
import { describeUnless } from '../../need.ts';
import { type Installation, install, type PairView, until } from './installation.ts';
import { type Relay, startRelay } from './relay.ts';
import { type CalDavServer, startRadicale, startXandikos } from './servers.ts';
import { davSide, type Side, simulatedSide } from './sides.ts';

/**
 * Real CalDAV servers as sources and targets of the whole product: its functions, fed by real queues, in a process of their own. Both
 * servers stand behind one address and are told apart by their person.
 */

const missing = ['radicale', 'xandikos'].find((program) => !findOnPath(program));
/** A 2-core machine that has other work. */
const PATIENCE_MS = 240_000;
const MINUTE_MS = 60_000;

type Service = 'radicale' | 'xandikos' | 'google' | 'microsoft';

describeUnless(missing && `${missing} is not installed: apt-get install ${missing}`, 'Real CalDAV servers', () => {
  let servers: { readonly radicale: CalDavServer; readonly xandikos: CalDavServer };
  let relay: Relay;
  let installation: Installation;
  const email = { google: 'dora@gmail.example', microsoft: 'dora@contoso.example' };

  async function startServers(): Promise<void> {
    servers = { radicale: await startRadicale('rada'), xandikos: await startXandikos('xandra') };
    relay = await startRelay(Object.values(servers));
    installation = await install(relay.url);
    for (const server of Object.values(servers)) await installation.connectServer(server);
  }
  async function stopServers(): Promise<void> {
    await installation?.stop();
    await relay?.stop();
    await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  }

  let calendars = 0;
  function calendarAt(service: Service): Promise<Side> {
    calendars += 1;
    if (service === 'radicale' || service === 'xandikos') return davSide(installation, servers[service]);
    return simulatedSide(installation, service, email[service], `Calendar ${calendars}`);
  }

  async function pairOf(source: Side, target: Side, direction: 'one-way' | 'two-way' = 'one-way'): Promise<string> {
    const wish = { source: source.calendarId, target: target.calendarId, direction, sourceToTarget: {} };
    const { id } = await installation.person.send<PairView>('POST', '/api/pairs', wish);
    await until('the first sync', async () => ((await pair(id)).status === 'active' ? true : undefined), PATIENCE_MS);
    return id;
  }
  const pair = (id: string) => installation.person.get<PairView>(`/api/pairs/${id}`);
  const verify = (id: string) => installation.person.send('POST', `/api/pairs/${id}/verify`);

  /** As somebody who presses “Look for changes”; where there is push, nobody needs to. */
  async function look(...sides: Side[]): Promise<void> {
    for (const { polled, accountId } of sides)
      if (polled) await installation.person.send('POST', `/api/accounts/${accountId}/refresh`);
  }

  const titlesIn = async (side: Side) => (await side.seen()).map(({ title }) => title).toSorted();
  /** Waits until these are the titles, or what was seen last is compared with them. */
  async function shows(side: Side, ...titles: string[]): Promise<void> {
    const wanted = titles.toSorted().join('\n');
    await until(titles.join(', '), async () => ((await titlesIn(side)).join('\n') === wanted ? true : undefined)).catch(
      () => {},
    );
    expect(await titlesIn(side)).toEqual(titles.toSorted());
  }
  /** Nobody asks anything any more. */
  async function rest(): Promise<void> {
    relay.passed();
    await until('rest', async () => {
      await new Promise((resume) => setTimeout(resume, 2_500));
      return relay.passed().length === 0 ? true : undefined;
    });
  }

  /** Lets two people change something before anybody looks: whoever asks a CalDAV server waits. */
  async function unseen(edits: () => Promise<void>): Promise<void> {
    await rest();
    let release = () => {};
    const gate = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    relay.intercept(() => gate);
    await edits().finally(() => {
      relay.intercept(undefined);
      release();
    });
  }

  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const at = (offset: number, hour = '09') => `${day(offset)}T${hour}:00`;
  async function fill(side: Side, count: number): Promise<string[]> {
    const titles = Array.from({ length: count }, (_, index) => `Event ${index}`);
    for (const [index, title] of titles.entries()) await side.add({ title, start: at(2 + index) });
    return titles;
  }

  describe('beside simulated services', () => {
    beforeAll(async () => {
      await startServers();
      const { person, world } = installation;
      for (const [service, url] of [
        ['google', world.googleUrl],
        ['microsoft', world.microsoftUrl],
      ] as const) {
        const body = JSON.stringify({ email: email[service], name: 'Dora' });
        const added = await fetch(`${url}/sim/people`, { method: 'POST', body });
        expect(added.status).toBe(201);
        const first = { owner: email[service], name: 'Calendar', primary: true };
        await fetch(`${url}/sim/calendars`, { method: 'POST', body: JSON.stringify(first) });
        await person.connect(service, email[service]);
      }
    }, PATIENCE_MS);
    afterEach(() => relay.intercept(undefined));
    afterAll(stopServers, PATIENCE_MS);

    it.each([
      ['radicale', 'google'],
      ['radicale', 'microsoft'],
      ['xandikos', 'google'],
      ['xandikos', 'microsoft'],
      ['google', 'radicale'],
      ['microsoft', 'radicale'],
      ['google', 'xandikos'],
      ['microsoft', 'xandikos'],
      ['radicale', 'xandikos'],
      ['xandikos', 'radicale'],
    ] as const)(
      'copies from %s to %s what is there, and then what is added, changed and deleted',
      async (from, to) => {
        const [source, target] = [await calendarAt(from), await calendarAt(to)];
        await source.add({ title: 'Dentist', start: at(3) });
        await source.add({ title: 'Choir', start: at(4, '18'), weeks: 3 });
        await pairOf(source, target);
        await shows(target, 'Dentist', 'Choir', 'Choir', 'Choir');
        const byStart = (a: { start: string }, b: { start: string }) => a.start.localeCompare(b.start);
        expect((await target.seen()).toSorted(byStart)).toEqual((await source.seen()).toSorted(byStart));

        await source.add({ title: 'Picnic', start: at(5) });
        await look(source);
        await shows(target, 'Dentist', 'Choir', 'Choir', 'Choir', 'Picnic');
        await source.edit('Dentist', { title: 'Dentist, late', location: 'Graben 1' });
        await source.remove('Picnic');
        await look(source);
        await shows(target, 'Dentist, late', 'Choir', 'Choir', 'Choir');
        expect(await target.seen()).toContainEqual(
          expect.objectContaining({ title: 'Dentist, late', location: 'Graben 1' }),
        );
      },
      PATIENCE_MS,
    );

    it.each(['radicale', 'xandikos'] as const)(
      'deletes nothing when everything was deleted at %s, and says so',
      async (from) => {
        const [source, target] = [await calendarAt(from), await calendarAt('google')];
        const titles = await fill(source, 24);
        const id = await pairOf(source, target);
        for (const title of titles) await source.remove(title);
        await look(source);
        await until('the brake', async () => (await pair(id)).problem);
        expect(await pair(id)).toMatchObject({ status: 'paused', problem: { code: 'mass-deletion' } });
        await shows(target, ...titles);
      },
      PATIENCE_MS,
    );

    it.each(['radicale', 'xandikos'] as const)(
      'deletes nothing when %s shows an empty calendar, however long it does',
      async (from) => {
        const [source, target] = [await calendarAt(from), await calendarAt('google')];
        const titles = await fill(source, 24);
        const id = await pairOf(source, target);
        await rest();

        let events: 'there' | 'gone' = 'there';
        relay.intercept(({ user, method }) => {
          if (user !== source.user) return undefined;
          if (method === 'REPORT') return { status: 207, body: nothing };
          return method === 'GET' && events === 'gone' ? { status: 404 } : undefined;
        });
        await verify(id);
        await until('a doubt', async () => (await pair(id)).problem);
        expect((await pair(id)).problem?.code).toBe('source-incomplete');
        await shows(target, ...titles);

        events = 'gone';
        await verify(id);
        await until('nothing to complain of', async () => ((await pair(id)).problem ? undefined : true));
        await rest();
        await installation.age(6 * MINUTE_MS);
        await verify(id);
        await until('the brake', async () => (await pair(id)).problem);
        expect((await pair(id)).problem?.code).toBe('mass-deletion');
        await shows(target, ...titles);

        relay.intercept(undefined);
        await installation.person.send('POST', `/api/pairs/${id}/confirm-deletions`);
        await until('peace', async () => ((await pair(id)).status === 'active' ? true : undefined));
        await shows(target, ...titles);
      },
      PATIENCE_MS,
    );

    describe.each([
      ['radicale', 'xandikos'],
      ['xandikos', 'radicale'],
      ['radicale', 'google'],
      ['microsoft', 'xandikos'],
    ] as const)('two-way between %s and %s', (one, other) => {
      let source: Side;
      let target: Side;
      beforeAll(async () => {
        [source, target] = [await calendarAt(one), await calendarAt(other)];
        await source.add({ title: 'Dentist', start: at(3) });
        await source.add({ title: 'Choir', start: at(4) });
        await source.add({ title: 'Picnic', start: at(5) });
        await source.add({ title: 'Planning', start: at(6), attendee: 'kim@example.com' });
        await target.add({ title: 'Cinema', start: at(7) });
        await pairOf(source, target, 'two-way');
        for (const side of [source, target]) await shows(side, 'Dentist', 'Choir', 'Picnic', 'Planning', 'Cinema');
        await rest();
        // Of a copy written a moment ago a CalDAV server's readings are not believed.
        await installation.age(6 * MINUTE_MS);
      }, PATIENCE_MS);

      it(
        'keeps what was changed on both sides in different fields',
        async () => {
          await unseen(async () => {
            await source.edit('Dentist', { title: 'Dentist, late' });
            await target.edit('Dentist', { location: 'Graben 1' });
          });
          await look(source, target);
          for (const side of [source, target]) {
            const wanted = expect.objectContaining({ title: 'Dentist, late', location: 'Graben 1' });
            await until('both edits', async () => {
              const seen = await side.seen();
              return (
                seen.some(({ title, location }) => title === 'Dentist, late' && location === 'Graben 1') || undefined
              );
            }).catch(() => {});
            expect(await side.seen()).toContainEqual(wanted);
          }
        },
        PATIENCE_MS,
      );

      it(
        'keeps the later of two changes of one field',
        async () => {
          await unseen(async () => {
            await target.edit('Choir', { title: 'Choir, earlier' });
            // Times in iCalendar are whole seconds.
            await new Promise((resume) => setTimeout(resume, 2_000));
            await source.edit('Choir', { title: 'Choir, later' });
          });
          await look(source, target);
          for (const side of [source, target])
            await shows(side, 'Dentist, late', 'Choir, later', 'Picnic', 'Planning', 'Cinema');
        },
        PATIENCE_MS,
      );

      it(
        'deletes the original when its copy is deleted',
        async () => {
          await target.remove('Picnic');
          await source.remove('Cinema');
          await look(source, target);
          for (const side of [source, target]) await shows(side, 'Dentist, late', 'Choir, later', 'Planning');
        },
        PATIENCE_MS,
      );

      it(
        'puts the copy of a meeting back and leaves the meeting alone',
        async () => {
          await rest();
          await target.edit('Planning', { title: 'Party' });
          relay.passed();
          await look(target);
          await shows(target, 'Dentist, late', 'Choir, later', 'Planning');
          await shows(source, 'Dentist, late', 'Choir, later', 'Planning');
          const touched = relay
            .passed()
            .filter(({ user, method }) => user === source.user && /PUT|DELETE/.test(method));
          expect(touched).toEqual([]);
        },
        PATIENCE_MS,
      );
    });
  });

  describe('with a worker that is killed', () => {
    beforeAll(startServers, PATIENCE_MS);
    afterAll(stopServers, PATIENCE_MS);

    it(
      'ends a first sync that was cut off, in both directions, without a duplicate',
      async () => {
        const ways = [
          [await calendarAt('radicale'), await calendarAt('xandikos')],
          [await calendarAt('xandikos'), await calendarAt('radicale')],
        ] as const;
        const titles = await Promise.all(ways.map(([source]) => fill(source, 40)));
        const began = Date.now();
        const written = new Map<string, number>();
        const killed = new Promise<void>((resolve) => {
          relay.intercept(async ({ user, method }) => {
            if (method !== 'PUT') return undefined;
            written.set(user, (written.get(user) ?? 0) + 1);
            // The server still gets this one, and nobody is left to note it.
            if ([...written.values()].filter((count) => count >= 8).length === ways.length) {
              relay.intercept(undefined);
              await installation.kill();
              resolve();
            }
            return undefined;
          });
        });
        for (const [source, target] of ways) {
          const wish = {
            source: source.calendarId,
            target: target.calendarId,
            direction: 'one-way',
            sourceToTarget: {},
          };
          await installation.person.send('POST', '/api/pairs', wish);
        }
        await killed;
        for (const [, target] of ways) expect((await target.seen()).length).toBeLessThan(40);

        await installation.startAgain();
        for (const server of Object.values(servers)) await installation.connectServer(server);
        installation.letLeasesRunOut();
        // The sweep, once a minute, finds what the dead worker left.
        await until(
          'the end of both first syncs',
          async () => {
            const pairs = await installation.person.get<PairView[]>('/api/pairs');
            return pairs.every(({ status }) => status === 'active') || undefined;
          },
          PATIENCE_MS,
        );
        for (const [index, [, target]] of ways.entries()) await shows(target, ...(titles[index] ?? []));

        // Ten minutes after the worker's death its messages come back.
        for (const [{ calendarId }] of ways)
          await installation.queues.bulk({ kind: 'full', calendarId, at: began, verify: true });
        await rest();
        for (const [index, [, target]] of ways.entries()) await shows(target, ...(titles[index] ?? []));
      },
      PATIENCE_MS,
    );
  });
});

/** A calendar in which nothing is and nothing happened. */
const nothing =
  '<multistatus xmlns="DAV:"><sync-token>http://radicale.org/ns/sync/0123456789abcdef</sync-token></multistatus>';
