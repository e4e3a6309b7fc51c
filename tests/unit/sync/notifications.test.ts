import { describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../shared/platform/log.ts';
import type { BulkMessage, ChangesMessage } from '../../../shared/platform/queues.ts';
import { signPushToken } from '../../../shared/platform/signedToken.ts';
import { createBurstGate } from '../../../shared/sync/burst.ts';
import { createForgeries } from '../../../shared/sync/forgeries.ts';
import { googlePush, graphPush } from '../../../shared/sync/notifications.ts';
import { keys } from './builders.ts';

function world() {
  const changes: ChangesMessage[] = [];
  const bulk: BulkMessage[] = [];
  const needs = {
    keyring: keys('k2', 'k1'),
    clock: { now: () => 1000 },
    burst: createBurstGate(),
    forgeries: createForgeries({ clock: { now: () => 1000 }, log: silentLog }),
    queues: {
      changes: async (message: ChangesMessage) => void changes.push(message),
      bulk: async (message: BulkMessage) => void bulk.push(message),
    },
  };
  return { needs, changes, bulk };
}

const token = (calendarId: string, keyring = keys('k2', 'k1')) =>
  signPushToken(keyring, { calendarId, subscriptionId: 's' });

describe('a Graph notification', () => {
  it('echoes the validation token and queues nothing', async () => {
    const { needs, changes } = world();
    expect(await graphPush(needs, '', 'a b<c>&é')).toEqual({ status: 200, text: 'a b<c>&é' });
    expect(changes).toEqual([]);
  });

  it('of many items becomes one message per calendar', async () => {
    const { needs, changes } = world();
    const value = ['a', 'b', 'a', 'a'].map((id) => ({
      clientState: token(id),
      changeType: 'updated',
      subscriptionId: 'x',
    }));
    expect(await graphPush(needs, JSON.stringify({ value }), null)).toEqual({ status: 202 });
    expect(changes).toMatchObject([{ calendarId: 'a' }, { calendarId: 'b' }]);
  });

  it('that repeats what was announced queues nothing more, and a deletion is news', async () => {
    const { needs, changes } = world();
    const item = (changeType: string, etag: string) => ({
      clientState: token('a'),
      changeType,
      resourceData: { id: 'e1', '@odata.etag': etag },
    });
    for (const value of [[item('created', 'W/1')], [item('updated', 'W/1')], [item('updated', 'W/1')]]) {
      await graphPush(needs, JSON.stringify({ value }), null);
    }
    expect(changes).toHaveLength(1);
    await graphPush(needs, JSON.stringify({ value: [item('updated', 'W/2')] }), null);
    await graphPush(needs, JSON.stringify({ value: [item('deleted', 'W/2')] }), null);
    expect(changes).toHaveLength(3);
  });

  it('whose message cannot be queued is an error, so that the service sends it again', async () => {
    const { needs, changes } = world();
    const broken = { ...needs, queues: { ...needs.queues, changes: () => Promise.reject(new Error('down')) } };
    const body = JSON.stringify({
      value: [{ clientState: token('a'), changeType: 'updated', resourceData: { id: 'e1', '@odata.etag': 'W/1' } }],
    });
    await expect(graphPush(broken, body, null)).rejects.toThrow('down');
    await graphPush(needs, body, null);
    expect(changes).toHaveLength(1);
  });

  it('that is forged is answered like any other and queues nothing', async () => {
    const { needs, changes, bulk } = world();
    const genuine = token('a');
    const value = [
      { clientState: `${genuine.slice(0, -1)}${genuine.endsWith('A') ? 'B' : 'A'}` },
      { clientState: genuine.replace('.a.', '.b.') },
      { clientState: token('a', keys('k9')) },
      { clientState: '' },
      { clientState: null },
      {},
    ];
    expect(await graphPush(needs, JSON.stringify({ value }), null)).toEqual({ status: 202 });
    expect([...changes, ...bulk]).toEqual([]);
  });

  it('signed with an older key that is still valid is believed', async () => {
    const { needs, changes } = world();
    await graphPush(needs, JSON.stringify({ value: [{ clientState: token('a', keys('k1')) }] }), null);
    expect(changes).toHaveLength(1);
  });

  it.each(['{"value":[{"clientState":"x"', 'null', '{"value":{}}', '[]', '<html>'])(
    'that is truncated or malformed (%s) is refused',
    async (body) => {
      const { needs, changes } = world();
      expect(await graphPush(needs, body, null)).toEqual({ status: 400 });
      expect(changes).toEqual([]);
    },
  );

  it('that is oversized is refused unread', async () => {
    expect(await graphPush(world().needs, undefined, null)).toEqual({ status: 413 });
  });

  it('about the subscription itself renews it, makes it anew, or pulls', async () => {
    const { needs, changes, bulk } = world();
    const value = [
      { clientState: token('a'), lifecycleEvent: 'reauthorizationRequired' },
      { clientState: token('b'), lifecycleEvent: 'subscriptionRemoved' },
      { clientState: token('c'), lifecycleEvent: 'missed' },
    ];
    await graphPush(needs, JSON.stringify({ value }), null);
    expect(bulk).toEqual([
      { kind: 'subscribe', calendarId: 'a', recreate: false },
      { kind: 'subscribe', calendarId: 'b', recreate: true },
    ]);
    expect(changes).toMatchObject([{ calendarId: 'c' }]);
  });
});

describe('a Google notification', () => {
  it('with our token queues a pull', async () => {
    const { needs, changes } = world();
    expect(await googlePush(needs, token('a'), 'exists')).toEqual({ status: 202 });
    expect(changes).toEqual([{ kind: 'pull', calendarId: 'a', at: 1000 }]);
  });

  it('that only says the channel is open, or is forged, queues nothing', async () => {
    const { needs, changes } = world();
    await googlePush(needs, token('a'), 'sync');
    expect(await googlePush(needs, 'k2.a.s.nonsense', 'exists')).toEqual({ status: 202 });
    expect(await googlePush(needs, null, 'exists')).toEqual({ status: 202 });
    expect(changes).toEqual([]);
  });
});
