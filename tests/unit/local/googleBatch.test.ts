import { describe, expect, it } from '@jest/globals';
import { events, lunch, type Started, signIn, start } from './googleFixture.ts';

interface Part {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

async function batch(google: Started, parts: readonly Part[]) {
  const { access_token } = await signIn(google);
  const body = parts
    .map(({ method, path, body: json }, index) =>
      [
        '--edge',
        'Content-Type: application/http',
        `Content-ID: <${index}>`,
        '',
        `${method} /calendar/v3${path}`,
        'Content-Type: application/json',
        '',
        json ? JSON.stringify(json) : '',
        '',
      ].join('\r\n'),
    )
    .join('');
  const answer = await google.post('/batch/calendar/v3', `${body}--edge--\r\n`, {
    'content-type': 'multipart/mixed; boundary=edge',
    authorization: `Bearer ${access_token}`,
  });
  const text = await answer.text();
  const order = [...text.matchAll(/Content-ID: <response-(\d+)>\r\n\r\nHTTP\/1\.1 (\d+)/g)];
  return {
    status: answer.status,
    order: order.map(([, id]) => Number(id)),
    text,
    statusOf: new Map(order.map(([, id, status]) => [Number(id), Number(status)])),
  };
}

const inserts = (count: number): Part[] =>
  Array.from({ length: count }, (_, index) => ({
    method: 'POST',
    path: `${events}?sendUpdates=none`,
    body: { ...lunch, id: `copie${String(index).padStart(3, '0')}` },
  }));

describe('batches at the simulated Google', () => {
  it('carries out fifty parts, answers each under its own id, and in no order', async () => {
    const google = start();
    const { status, order } = await batch(google, inserts(50));
    expect(status).toBe(200);
    expect([...order].sort((a, b) => a - b)).toEqual(inserts(50).map((_, index) => index));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect(google.world.events(google.calendar.id)).toHaveLength(50);
    const { counts, last } = google.google.requests.snapshot();
    expect(counts).toMatchObject({ batch: 1, 'part-insert': 50 });
    expect(last.at(-1)).toMatchObject({ kind: 'batch', batchSize: 50 });
  });

  it('refuses the fifty-first, carrying out none', async () => {
    const google = start();
    expect((await batch(google, inserts(51))).status).toBe(400);
    expect(google.world.events(google.calendar.id)).toHaveLength(0);
  });

  it('lets parts fail by themselves', async () => {
    const google = start();
    google.faults.arm({ name: 'conflict' });
    google.faults.arm({ name: 'user-rate-limit', after: 1 });
    const { status, statusOf } = await batch(google, [...inserts(3), { method: 'DELETE', path: `${events}/nothing` }]);
    expect(status).toBe(200);
    expect([...statusOf.values()].sort()).toContain(409);
    expect([...statusOf.values()].sort()).toContain(403);
    expect(google.world.events(google.calendar.id).length).toBeLessThan(3);
  });

  it('refuses what is no batch', async () => {
    const google = start();
    const answer = await google.post('/batch/calendar/v3', 'x', { 'content-type': 'application/json' });
    expect(answer.status).toBe(400);
  });
});
