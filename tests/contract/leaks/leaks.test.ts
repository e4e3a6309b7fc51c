import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type DemoPerson, demoPerson } from '../../../local/demo/person.ts';
import { simulatorAt } from '../../../local/demo/simulator.ts';
import { listPages, openTable } from '../../../shared/stores/tables.ts';
import { type RunningWorld, runLocalWorld } from '../../localWorld.ts';
import { tokens } from '../../secrets.ts';

/**
 * A whole installation with everything that can go well and wrong in it, of which everything is kept that it says or stores. Nothing of what
 * was seeded may be found there again: no text of an event, no password, no token, no key.
 */

const marks = {
  title: 'Zitronenfalter',
  description: 'Quittenmarmelade',
  location: 'Wolkenkuckucksheim',
  attendee: 'pelikan@geheim.example',
  edited: 'Fledermausgaube',
  busy: 'Haselnussrinde',
  missed: 'Brombeerhecke',
};
const wrongPassword = 'wron-gwro-ngwr-ongw';
const mainPassword = 'Nordlicht und 7 Zwerge!';

interface Kept {
  said: string;
  stored: string;
  keys: string[];
  password: string;
  people: string[];
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It never came to be: ${what}`);
}

/** What waits for its time after a fault is asked for anew now and then. */
function everySomeTries(task: () => Promise<unknown>): () => Promise<void> {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries % 30 === 0) await task();
  };
}

/** @param look is called when everything is there, before everything is taken away */
async function scenario(world: RunningWorld, password: string, look: () => Promise<void>): Promise<void> {
  const microsoft = simulatorAt('microsoft', world.microsoftUrl ?? '');
  const google = simulatorAt('google', world.googleUrl ?? '');
  const icloud = simulatorAt('icloud', world.icloudUrl ?? '');
  const [work, home, apple] = ['ada@contoso.example', 'ada@gmail.example', 'ada@icloud.example'] as const;
  const person = demoPerson(world.appUrl);
  const refused = (task: Promise<unknown>) => expect(task).rejects.toThrow('answered');

  for (const bad of [wrongPassword, mainPassword]) await refused(person.connectIcloud(apple, bad));
  await person.connect('microsoft', work);
  await person.connect('google', home);
  await person.connectIcloud(apple, password);

  const [source, target] = [await microsoft.primary(work), await google.primary(home)];
  const secret = {
    title: marks.title,
    description: `${marks.description} https://teams.microsoft.com/l/meetup-join/${marks.description}`,
    location: marks.location,
    attendees: [{ email: marks.attendee, name: marks.attendee, response: 'accepted' as const }],
  };
  const day = (index: number) => new Date(Date.now() + index * 86_400_000).toISOString().slice(0, 10);
  const at = (index: number) => ({ start: `${day(index)}T09:00`, end: `${day(index)}T10:00` });
  await microsoft.create(source.id, { ...secret, ...at(1) });
  await microsoft.create(source.id, { ...secret, ...at(2), recurrence: 'FREQ=DAILY;COUNT=5' });
  await icloud.create((await icloud.primary(apple)).id, { ...secret, ...at(3) });

  const calendars =
    await person.get<{ id: string; name: string; accountId: string; primary: boolean }[]>('/api/calendars');
  const { accounts } = await person.get<{ accounts: { id: string; provider: string }[] }>('/api/me');
  const main = (provider: string) => {
    const account = accounts.find((each) => each.provider === provider);
    return calendars.find((each) => each.accountId === account?.id && each.primary)?.id ?? '';
  };
  const accountOf = (provider: string) => accounts.find((each) => each.provider === provider)?.id ?? '';
  const wish = { source: main('microsoft'), target: main('google'), direction: 'two-way' };
  await person.send('POST', '/api/pairs/preview', wish);
  const pair = await person.send<{ id: string }>('POST', '/api/pairs', wish);
  const apples = {
    source: main('icloud'),
    target: main('google'),
    direction: 'one-way',
    sourceToTarget: { markPrivate: true },
  };
  await person.send('POST', '/api/pairs', apples);
  const shown = async () =>
    (await google.instances(target.id, Date.now(), Date.now() + 30 * 86_400_000)).map(({ title }) => title);
  await until('every copy is there', async () => (await shown()).length >= 7);

  await faults(world.googleUrl, ['too-many-requests', 'response-lost', 'not-json-error']);
  await faults(world.microsoftUrl, ['server-error', 'not-json', 'throttled']);
  const edited = await microsoft.create(source.id, { ...secret, ...at(8) });
  await microsoft.change(source.id, edited, { title: marks.edited });
  const again = everySomeTries(() => person.send('POST', `/api/pairs/${pair.id}/verify`));
  await until('an edit has arrived', async () => {
    await again();
    return (await shown()).includes(marks.edited);
  });
  await google.create(target.id, { ...secret, title: marks.busy, ...at(9) });
  const atWork = async () =>
    (await microsoft.instances(source.id, Date.now(), Date.now() + 30 * 86_400_000)).map(({ title }) => title);
  await until('the way back works', async () => (await atWork()).includes(marks.busy));

  await badRequests(world, person, pair.id);

  await revoke(world.microsoftUrl, work);
  await fetch(`${world.microsoftUrl}/sim/tokens/expire`, { method: 'POST' });
  await microsoft.change(source.id, edited, { title: marks.missed });
  await until('the lost grant is noticed', async () => {
    const me = await person.get<{ accounts: { id: string; status: string }[] }>('/api/me');
    return me.accounts.some(({ id, status }) => id === accountOf('microsoft') && status === 'reconnect');
  });
  await person.connect('microsoft', work);
  await until('what was missed is caught up', async () => (await shown()).includes(marks.missed));
  await person.send('PATCH', `/api/pairs/${pair.id}`, { sourceToTarget: { markPrivate: true } });
  await until('the copies say nothing any more', async () => (await shown()).every((title) => title !== marks.title));
  await look();
  const { report } = await person.send<{ report: string }>('DELETE', '/api/me?copies=remove');
  await until('everybody is gone', async () => {
    const removal = await person.get<{ status: string; copiesLeft?: number }>(report);
    return removal.status === 'done' && removal.copiesLeft === 0;
  });
}

async function faults(url: string | undefined, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const armed = await fetch(`${url}/sim/faults`, { method: 'POST', body: JSON.stringify({ name }) });
    if (!armed.ok) throw new Error(`The fault ${name} is not known: ${await armed.text()}`);
  }
}

async function revoke(url: string | undefined, email: string): Promise<void> {
  await fetch(`${url}/sim/people/${encodeURIComponent(email)}/revoke`, { method: 'POST' });
}

/** Requests that are refused, with what must not be repeated by anybody in their address, headers and body. */
async function badRequests({ appUrl }: RunningWorld, person: DemoPerson, pairId: string): Promise<void> {
  const send = (path: string, init: RequestInit) => fetch(`${appUrl}${path}`, { redirect: 'manual', ...init });
  const json = { 'content-type': 'application/json' };
  await send('/connect/icloud', {
    method: 'POST',
    headers: json,
    body: `{"appleId":"a@b.example","password":"${mainPassword}"`,
  });
  await send('/connect/icloud', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ password: mainPassword, more: marks.title }),
  });
  await send(`/connect/microsoft/callback?code=${marks.description}&state=${marks.title}`, {});
  await send(`/connect/google/callback?error=${marks.title}&error_description=${marks.description}&state=x`, {});
  await send('/webhooks/graph', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ value: [{ clientState: marks.title, resourceData: marks.description }] }),
  });
  await send('/webhooks/graph', { method: 'POST', headers: json, body: marks.title });
  await send('/webhooks/google', {
    method: 'POST',
    headers: { 'x-goog-channel-token': marks.title, 'x-goog-resource-state': 'exists' },
  });
  await send('/api/me', { headers: { cookie: `hetk=${marks.title}; hetk-sign-in=${marks.description}` } });
  await send(`/policy?domain=${marks.title}.example`, {});
  await expect(person.send('PATCH', `/api/pairs/${pairId}`, { title: marks.title })).rejects.toThrow('400');
}

/** The bytes of the database's files, and every entity of every table, as text. */
async function stored(folder: string, azurite: Azurite): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('hetk.sqlite'));
  const parts = await Promise.all(files.map((name) => readFile(join(folder, name), 'latin1')));
  for (const name of ['links', 'history']) {
    for await (const page of listPages(await openTable(azurite.connectionString, name), ''))
      parts.push(JSON.stringify(page, (_name, value) => (typeof value === 'bigint' ? String(value) : value)));
  }
  return parts.join('\n');
}

describe('an installation in which everything happens', () => {
  const kept: Kept = { said: '', stored: '', keys: [], password: '', people: [] };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hetk-leaks-'));
    const azurite = await startAzurite();
    try {
      const settings = {
        HETK_DATABASE: `sqlite:${join(folder, 'hetk.sqlite')}`,
        HETK_KEYS: `file:${join(folder, 'keys.json')}`,
        HETK_STORAGE: azurite.connectionString,
        AzureWebJobsStorage: azurite.connectionString,
        HETK_ICLOUD_POLL_SECONDS: '30',
      };
      const world = await runLocalWorld([], settings, process.execPath, (text) => {
        kept.said += text;
      });
      const announced = kept.said.length;
      try {
        kept.password = world.people.find(({ service }) => service === 'iCloud')?.password ?? '';
        kept.people = world.people.map(({ email }) => email);
        const look = async () => {
          kept.stored += await stored(folder, azurite);
        };
        await scenario(world, kept.password, look);
        await look();
      } finally {
        await world.stop();
      }
      // The first line is for whoever started it: it names the people and the simulated password.
      kept.said = kept.said.slice(announced);
      const keys: Record<string, { key: string }[]> = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8'));
      kept.keys = Object.values(keys).flatMap((list) => list.map(({ key }) => key));
    } finally {
      await azurite.stop();
      await rm(folder, { recursive: true });
    }
  });
  afterAll(() => {
    kept.said = '';
  });

  const forms = (secret: string) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];

  it('was told about in the log at every turn', () => {
    for (const event of [
      'account-connected',
      'sign-in-refused',
      'pair-created',
      'account-revoked',
      'removal-asked',
      'user-removed',
    ]) {
      expect(kept.said).toContain(`"event":"${event}"`);
    }
    expect(kept.said.split('\n').length).toBeGreaterThan(50);
    expect(kept.keys.length).toBeGreaterThanOrEqual(4);
    expect(kept.stored.length).toBeGreaterThan(10_000);
  });

  it.each(Object.entries(marks))('says and stores no %s of an event', (_name, mark) => {
    for (const form of forms(mark)) {
      expect(kept.said).not.toContain(form);
      expect(kept.stored).not.toContain(form);
    }
  });

  it('says and stores no password and no key', () => {
    const secrets = [kept.password, wrongPassword, mainPassword, ...kept.keys].flatMap(forms);
    expect(kept.password).toMatch(/^\w{4}-/);
    for (const secret of secrets) {
      expect(kept.said).not.toContain(secret);
      expect(kept.stored).not.toContain(secret);
    }
  });

  it.each(Object.entries(tokens))('says and stores no %s', (_name, pattern) => {
    expect(kept.said).not.toMatch(pattern);
    expect(kept.stored).not.toMatch(pattern);
  });

  it('says nobody’s address', () => {
    expect(kept.people.length).toBeGreaterThan(3);
    for (const email of kept.people) expect(kept.said).not.toContain(email);
  });
});
