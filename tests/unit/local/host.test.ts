import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Host, startHost } from '../../../local/host/host.ts';
import { readHostJson } from '../../../local/host/hostJson.ts';
import { functionsCore } from '../../../local/host/seam.ts';
import { type Listener, listen } from '../../../local/listen.ts';

// Jest loads modules itself, past Module.prototype.require, where the host waits for the library.
jest.mock('@azure/functions-core', () => functionsCore, { virtual: true });

const fixture = new URL('../../fixtures/host/', import.meta.url);
const logged: string[] = [];
let azurite: Azurite;
let folder: string;
let host: Host;
let listener: Listener;
let queue: (name: string) => QueueClient;

beforeAll(async () => {
  azurite = await startAzurite();
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  queue = (name) => service.getQueueClient(name);
  for (const name of ['jobs', 'jobs-poison', 'seen', 'ticks']) await queue(name).createIfNotExists();
  folder = await mkdtemp(join(tmpdir(), 'hetk-host-'));
  const missed = { last: '2020-01-01T05:00:00.000Z', next: '2021-01-01T05:00:00.000Z' };
  await writeFile(join(folder, 'timers.json'), JSON.stringify({ missed }));
  host = await startHost({
    functions: new URL('functions', fixture).pathname,
    settings: await readHostJson(new URL('host.json', fixture)),
    environment: { AzureWebJobsStorage: azurite.connectionString, TEST_SCHEDULE: '0 0 4 2 2 *' },
    log: (level, name, message) => logged.push(`${level} ${name} ${message}`),
    timerFile: join(folder, 'timers.json'),
  });
  listener = await listen(host.fetch, 0);
});
afterAll(async () => {
  await listener.stop();
  await host.stop();
  await azurite.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(`${listener.url}${path}`, { redirect: 'manual', ...init });

/** The next message of a queue, removed from it. */
async function next(name: string, encoded = true): Promise<unknown> {
  for (;;) {
    const { receivedMessageItems } = await queue(name).receiveMessages();
    const [message] = receivedMessageItems;
    if (message) {
      await queue(name).deleteMessage(message.messageId, message.popReceipt);
      if (!encoded) return message.messageText;
      return JSON.parse(Buffer.from(message.messageText, 'base64').toString());
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a queue holds nothing, not even what is invisible. */
async function emptied(name: string): Promise<void> {
  while ((await queue(name).getProperties()).approximateMessagesCount !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const enqueue = (value: unknown) => queue('jobs').sendMessage(Buffer.from(JSON.stringify(value)).toString('base64'));

describe('http in the local Functions host', () => {
  it('hands over method, route parameters, query and body', async () => {
    const response = await get('/echo/w%C3%B6rd/7?a=1&b=2', { method: 'POST', body: 'text' });
    expect(await response.json()).toEqual({
      method: 'POST',
      params: { word: 'wörd', count: '7' },
      query: [
        ['a', '1'],
        ['b', '2'],
      ],
      body: 'text',
      many: null,
    });
  });

  it('prefers the more particular route, whatever the order of registration', async () => {
    expect(await (await get('/ECHO/fixed')).text()).toBe('the fixed one');
    expect(await (await get('/echo/a/b/c')).json()).toEqual({ rest: 'a/b/c' });
    expect(await (await get('/echo/a/not-a-number')).json()).toEqual({ rest: 'a/not-a-number' });
  });

  it('serves the empty route at the root and answers other paths and other methods with 404, as the real host does', async () => {
    expect(await (await get('/')).text()).toBe('home');
    expect((await get('/nowhere')).status).toBe(404);
    expect((await get('/fails', { method: 'DELETE' })).status).toBe(404);
    expect((await get('/', { method: 'HEAD' })).status).toBe(404);
  });

  it('joins a repeated header by comma and loses a body that came in chunks, as the real host does', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest(
        `${listener.url}/echo/x`,
        { method: 'POST', headers: { 'transfer-encoding': 'chunked', 'x-many': ['1', '2'] } },
        async (response) => resolve((await response.toArray()).join('')),
      );
      sent.on('error', reject);
      sent.write('in ');
      sent.end('chunks');
    });
    expect(JSON.parse(answer)).toMatchObject({ body: '', many: '1, 2' });
  });

  it('sets every cookie with its attributes', async () => {
    const response = await get('/cookies');
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie()).toEqual([
      'a=1; max-age=600; path=/; secure; samesite=lax; httponly',
      'b=two%20words',
    ]);
  });

  it('answers a handler that throws with an empty 500 and logs why', async () => {
    const response = await get('/fails');
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(logged.join('\n')).toContain('the handler broke');
  });

  it('adds the custom headers of host.json where the function set none', async () => {
    const { headers } = await get('/');
    expect([headers.get('x-everywhere'), headers.get('x-kept')]).toEqual(['yes', 'mine']);
  });

  it('can be called in process, without a socket', async () => {
    const response = await host.fetch(new Request('http://any.example/echo/x', { method: 'POST', body: 'in process' }));
    expect(await response.json()).toMatchObject({ body: 'in process' });
  });
});

describe('queues in the local Functions host', () => {
  it('runs a function for a message and deletes the message', async () => {
    await enqueue({ id: 1 });
    expect(await next('seen')).toEqual({ job: { id: 1 }, tries: 1 });
    await emptied('jobs');
  });

  it('turns an array in a queue output into one message for each item', async () => {
    expect((await get('/enqueue', { method: 'POST', body: '[{"id":2},{"id":3}]' })).status).toBe(202);
    const both = [await next('seen'), await next('seen')];
    expect(both).toContainEqual({ job: { id: 2 }, tries: 1 });
    expect(both).toContainEqual({ job: { id: 3 }, tries: 1 });
  });

  it('gives a failed message back for another try', async () => {
    await enqueue({ id: 4, failures: 1 });
    expect(await next('seen')).toEqual({ job: { id: 4, failures: 1 }, tries: 2 });
  });

  it('moves a message to the poison queue after the last try', async () => {
    await enqueue({ id: 5, failures: 99 });
    expect(await next('jobs-poison')).toEqual({ id: 5, failures: 99 });
    await emptied('jobs');
  });

  it('moves a message that is not base64 to the poison queue without running the function', async () => {
    logged.length = 0;
    await queue('jobs').sendMessage('{"raw":true}');
    expect(await next('jobs-poison', false)).toBe('{"raw":true}');
    expect(logged).toEqual([expect.stringContaining('moved to jobs-poison at try 1')]);
  });
});

describe('timers in the local Functions host', () => {
  it('run at the start where they ask for it, and make up for a run that was missed', async () => {
    const both = [await next('ticks'), await next('ticks')];
    expect(both).toContainEqual({ name: 'atStart', isPastDue: false });
    expect(both).toContainEqual({ name: 'missed', isPastDue: true });
  });

  it('keep the time of their next run over a restart, in UTC', async () => {
    const kept = JSON.parse(await readFile(join(folder, 'timers.json'), 'utf8'));
    expect(kept.atStart.next).toMatch(/-02-02T04:00:00\.000Z$/);
    expect(kept.missed.next).toMatch(/-01-01T05:00:00\.000Z$/);
  });
});
