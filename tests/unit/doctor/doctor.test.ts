import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { examine } from '../../../local/doctor/examine.ts';
import { printed } from '../../../local/doctor/finding.ts';
import { freshKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createStorageQueues, openQueueService } from '../../../shared/platform/storageQueues.ts';
import { openDatabase } from '../../../shared/stores/createStores.ts';

const NOW = Date.parse('2027-01-04T10:00:00Z');
let azurite: Azurite;
let folder: string;
beforeAll(async () => {
  azurite = await startAzurite();
  await createStorageQueues({ storage: azurite.connectionString }).ready();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hetk-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Services that answer by status, and nobody elsewhere. */
function services(answers: Readonly<Record<string, number>>, date = new Date(NOW)): typeof fetch {
  return async (input) => {
    const found = Object.entries(answers).find(([start]) => String(input).startsWith(start));
    if (!found) throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    return new Response(null, { status: found[1], headers: { date: date.toUTCString() } });
  };
}

const real = {
  'https://hetk.example.com/health': 200,
  'https://login.microsoftonline.com/common/': 200,
  'https://graph.microsoft.com/': 401,
  'https://www.googleapis.com/': 401,
  'https://caldav.icloud.com/': 401,
};

async function healthy(): Promise<Record<string, string>> {
  const [database, keys] = [join(folder, 'hetk.sqlite'), join(folder, 'keys.json')];
  await (await openDatabase(`sqlite:${database}`)).close();
  await writeFile(keys, freshKeys(systemRandom), { mode: 0o600 });
  return {
    HETK_PUBLIC_URL: 'https://hetk.example.com',
    HETK_DATABASE: `sqlite:${database}`,
    HETK_KEYS: `file:${keys}`,
    HETK_STORAGE: azurite.connectionString,
    HETK_MICROSOFT_AUTHORITY: 'https://login.microsoftonline.com',
    HETK_GRAPH_ROOT: 'https://graph.microsoft.com',
    HETK_MICROSOFT_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
    HETK_MICROSOFT_CLIENT_SECRET: 'very secret',
    HETK_GOOGLE_API_ROOT: 'https://www.googleapis.com',
    HETK_GOOGLE_CLIENT_ID: '1234-abc.apps.googleusercontent.com',
    HETK_GOOGLE_CLIENT_SECRET: 'very secret',
    HETK_ICLOUD_ROOT: 'https://caldav.icloud.com',
  };
}

interface Look {
  readonly environment: Record<string, string>;
  readonly deployed?: boolean;
  readonly answers?: typeof fetch;
}

/** What is wrong, a line each. */
async function complaints({ environment, deployed = false, answers = services(real) }: Look): Promise<string[]> {
  const credential = () => Promise.reject(new Error('Nobody is signed in.'));
  const findings = await examine({ environment, deployed, fetch: answers, credential, now: () => NOW });
  expect(findings.map(printed).join('\n')).not.toContain('very secret');
  return findings.filter(({ remedy }) => remedy).map(printed);
}

describe('the doctor', () => {
  it('finds nothing wrong with an installation that is well', async () => {
    expect(await complaints({ environment: await healthy() })).toEqual([]);
  });

  it('tells of each setting that is missing in one line with an example', async () => {
    const lines = await complaints({ environment: {}, deployed: true });
    for (const name of ['HETK_PUBLIC_URL', 'HETK_DATABASE', 'HETK_KEYS', 'HETK_STORAGE'])
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^✗ ${name}: is missing.* Do: set it\\. Example: ${name}=`)),
      );
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  });

  it('asks for nothing on a machine where everything is simulated', async () => {
    const { HETK_DATABASE = '', HETK_KEYS = '' } = await healthy();
    const environment = { HETK_DATABASE, HETK_KEYS, HETK_PUBLIC_URL: 'https://hetk.example.com' };
    expect(await complaints({ environment })).toEqual([]);
  });

  it.each([
    ['HETK_PUBLIC_URL', { HETK_PUBLIC_URL: 'http://localhost:7071' }, 'https address'],
    ['HETK_PUBLIC_URL', { HETK_PUBLIC_URL: 'https://elsewhere.example.com' }, 'ENOTFOUND'],
    ['HETK_MICROSOFT_CLIENT_ID', { HETK_MICROSOFT_CLIENT_ID: 'Hetk' }, 'Application \\(client\\) ID'],
    ['HETK_GRAPH_ROOT', { HETK_GRAPH_ROOT: 'https://caldav.icloud.com.example' }, 'cannot be reached'],
    ['HETK_GOOGLE_CLIENT_ID', { HETK_GOOGLE_CLIENT_ID: 'abc' }, 'apps.googleusercontent.com'],
    ['HETK_GOOGLE_CLIENT_SECRET', { HETK_GOOGLE_CLIENT_SECRET: '' }, 'nobody can sign in'],
    [
      'HETK_STORAGE',
      {
        HETK_STORAGE:
          'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;',
      },
      'ECONNREFUSED',
    ],
    ['HETK_POLL_SECONDS', { HETK_POLL_SECONDS: 'often' }, 'Example: HETK_POLL_SECONDS=1800'],
  ])('says of %s what is wrong and what to do', async (name, change, words) => {
    const lines = await complaints({ environment: { ...(await healthy()), ...change } });
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^✗ ${name}: .*${words}`)));
    expect(lines.every((line) => / Do: \S/.test(line))).toBe(true);
  });

  it('notices services that are none, a clock that is off, and stores that are down', async () => {
    const environment = await healthy();
    const other = services({ ...real, 'https://graph.microsoft.com/': 200, 'https://hetk.example.com/health': 503 });
    const lines = await complaints({ environment, answers: other });
    expect(lines.map((line) => line.split(':')[0])).toEqual(['✗ HETK_PUBLIC_URL', '✗ HETK_GRAPH_ROOT']);
    const late = await complaints({ environment, answers: services(real, new Date(NOW - 600_000)) });
    expect(late).toContainEqual(expect.stringMatching(/^✗ clock: 600 s apart/));
  });

  it('notices keys that others may read, and a file that holds none', async () => {
    const environment = await healthy();
    const keys = join(folder, 'keys.json');
    if (process.platform !== 'win32') {
      await chmod(keys, 0o644);
      expect(await complaints({ environment })).toEqual([
        `✗ HETK_KEYS: others may read ${keys}. Do: chmod 600 ${keys}`,
      ]);
      await chmod(keys, 0o600);
    }
    await writeFile(keys, '{}');
    expect(await complaints({ environment })).toEqual([expect.stringMatching(/^✗ HETK_KEYS: .*no?t? hold a keyring/)]);
  });

  it('changes nothing: a database that is behind stays so, and one that is not there is not made', async () => {
    const environment = { ...(await healthy()), HETK_DATABASE: `sqlite:${join(folder, 'none.sqlite')}` };
    const look = { environment, deployed: false, fetch: services(real), now: () => NOW };
    const credential = () => Promise.reject(new Error('Nobody is signed in.'));
    const says = async () =>
      (await examine({ ...look, credential })).map(printed).filter((line) => line.includes('HETK_DATABASE'));
    expect(await says()).toEqual([expect.stringContaining('not there yet')]);
    await writeFile(join(folder, 'none.sqlite'), '');
    expect(await says()).toEqual([expect.stringMatching(/lacks \d+ migrations, from 001-/)]);
    expect(await says()).toEqual([expect.stringMatching(/lacks \d+ migrations, from 001-/)]);
  });

  it('notices poison messages, and says how to put them back', async () => {
    const poison = (await openQueueService(azurite.connectionString)).getQueueClient('bulk-poison');
    await poison.sendMessage('e30=');
    expect(await complaints({ environment: await healthy() })).toEqual([
      expect.stringMatching(/^✗ bulk-poison: 1 messages failed for good\. Do: .*npm run poison -- --replay$/),
    ]);
    await poison.clearMessages();
  });
});
