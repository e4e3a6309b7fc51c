import { describe, expect, it } from '@jest/globals';
import { firstPassword } from '../../../local/icloud/passwords.ts';
import { failureOf } from '../../../shared/providers/icloud/answer.ts';
import type { WriteOperation } from '../../../shared/providers/provider.ts';
import { applied, content, create, listed, outcome, pull, titles, window, written } from './suite.ts';
import { hour, ics, type SimulatedWorld, simulatedWorld } from './worlds.ts';

/**
 * What is known to go wrong with iCloud, each trap where a client meets it. Those of single requests and answers (a 207 that hides an error, conditions,
 * hosts) are also in `tests/unit/providers/icloud/dav.test.ts` and `path.test.ts`, those of bodies in `body.test.ts` and `rewrite.test.ts`, those of recurrence
 * and zones in `expand.test.ts` and `processZone.test.ts`; what the engine makes of late readings and of a refused password is in
 * `tests/engine/laggingReads.test.ts` and `pollAccount.test.ts`.
 */

const anna = 'anna@icloud.example';
const lunch = ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z'));

function mails({ sim }: SimulatedWorld): number {
  return sim.requests.snapshot().mails;
}

async function known(dav: SimulatedWorld, cursor: string) {
  return [{ remoteId: dav.ref.remoteId, cursor }];
}

describe('an Apple ID and a password', () => {
  it('are checked at once, and what is stored has paths and no host', async () => {
    const { identity } = await simulatedWorld();
    const { subject, email, credential } = await identity.checkPassword(' Anna@iCloud.example ', firstPassword);
    expect([subject, email]).toEqual([anna, anna]);
    expect(JSON.parse(credential)).toMatchObject({
      home: expect.stringMatching(/^\/\d+\/calendars\/$/),
      service: 'icloud',
    });
    expect(credential).not.toContain('caldav.icloud.com');
  });

  it.each([
    ['wrong', 'abcd-abcd-abcd-abcd', 'revoked', 'wrong-password', undefined],
    ['not an app-specific one', 'My main passw0rd', 'revoked', 'main-password', undefined],
    ['empty', '', 'revoked', 'main-password', undefined],
    ['good, of an account without calendars', firstPassword, 'malformed', 'no-calendars', 'no-calendars'],
    ['good, and iCloud throttles', firstPassword, 'throttled', 'http-503', 'throttled'],
    ['good, and iCloud is ill', firstPassword, 'unavailable', 'http-500', 'server-error'],
    ['good, and something else answers', firstPassword, 'malformed', 'doctype', 'not-xml'],
    ['good, and nothing is said', firstPassword, 'malformed', 'no-current-user-principal', 'empty-prop'],
  ])('have a failure of their own each when the password is %s', async (_, password, kind, code, fault) => {
    const { identity, faults } = await simulatedWorld();
    if (fault) faults.arm({ name: fault });
    await expect(identity.checkPassword(anna, password)).rejects.toMatchObject({ kind, code });
  });

  it('open no list in which one thing is not said to be anything: none of the calendars is gone by that', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'empty-prop', after: 2 });
    const listing = dav.provider.listCalendars(dav.ref.accountId, dav.ref.ownerEmail);
    await expect(listing).rejects.toMatchObject({ kind: 'malformed', code: 'listed-unsaid' });
  });

  it('are not asked with again once iCloud refused them, until the person gives others', async () => {
    const dav = await simulatedWorld();
    dav.sim.revoke(anna);
    dav.asked();
    await expect(pull(dav, { window })).rejects.toMatchObject({ kind: 'revoked' });
    expect(dav.asked()).toHaveLength(1);
    await expect(pull(dav, { window })).rejects.toMatchObject({ kind: 'revoked', code: 'refused-before' });
    await expect(dav.provider.changedCalendars?.('account', [])).rejects.toMatchObject({ kind: 'revoked' });
    expect(dav.asked()).toHaveLength(0);
    const { credential } = await dav.identity.checkPassword(anna, dav.sim.issuePassword(anna));
    dav.credentials.set('account', credential);
    expect((await pull(dav, { window })).end.full).toBe(true);
  });

  it('stop a batch of writes where they are refused in the middle of it', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'unauthorized', after: 1, times: 100, method: 'PUT' });
    const results = await dav.provider.write(
      dav.ref,
      Array.from({ length: 10 }, (_, index) => create(String(index))),
    );
    expect(results.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
    // Four go at once; after the first refusal no other is sent.
    expect(dav.asked().filter((request) => request.startsWith('PUT')).length).toBeLessThanOrEqual(5);
  });

  it('given anew take effect at once where the old ones are still in memory', async () => {
    const dav = await simulatedWorld();
    await listed(dav);
    dav.sim.revoke(anna);
    const { credential } = await dav.identity.checkPassword(anna, dav.sim.issuePassword(anna));
    dav.credentials.set('account', credential);
    expect(await listed(dav)).toEqual([]);
  });

  it('are good again when the same ones are given once more', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'unauthorized' });
    await expect(listed(dav)).rejects.toMatchObject({ kind: 'revoked' });
    dav.pass(1000);
    const { credential } = await dav.identity.checkPassword(anna, firstPassword);
    dav.credentials.set('account', credential);
    expect(await listed(dav)).toEqual([]);
  });
});

describe('the host of an account', () => {
  it('may move without anything being taken for new', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    const before = [await dav.provider.listCalendars('account', anna), await listed(dav)];
    dav.sim.movePartition();
    const { credential } = await dav.identity.checkPassword(anna, firstPassword);
    dav.credentials.set('account', credential);
    expect([await dav.provider.listCalendars('account', anna), await listed(dav)]).toEqual(before);
  });

  it.each(['foreign-home', 'foreign-redirect', 'partition-redirect'])(
    'is never another than the configured one: %s',
    async (name) => {
      const dav = await simulatedWorld();
      dav.faults.arm({ name, times: 10 });
      await expect(dav.identity.checkPassword(anna, firstPassword)).rejects.toMatchObject({
        kind: 'malformed',
        code: 'foreign-host',
      });
    },
  );

  it('is found again when the home is not where it was', async () => {
    const dav = await simulatedWorld();
    const stored = JSON.parse(dav.credentials.get('account') ?? '');
    dav.credentials.set('account', JSON.stringify({ ...stored, home: '/1/calendars/', checkedAt: 1 }));
    dav.pass(10 * 60_000);
    expect(await dav.provider.listCalendars('account', anna)).toHaveLength(2);
    expect(JSON.parse(dav.credentials.get('account') ?? '').home).toBe(stored.home);
  });
});

describe('the list of calendars', () => {
  it('leaves out what is no calendar for events, and says why one cannot be written', async () => {
    const dav = await simulatedWorld({ subscribed: ({ name }) => name === 'Holidays' });
    const more = { owner: anna, color: '#ff0000', zone: 'UTC', primary: false } as const;
    dav.world.addCalendar({ ...more, name: 'Holidays', access: 'owner' });
    dav.world.addCalendar({
      ...more,
      name: "Ben's",
      access: 'reader',
      sharedBy: { email: 'ben@x.example', name: 'Ben' },
    });
    dav.world.addCalendar({
      ...more,
      name: 'Ours',
      access: 'writer',
      sharedBy: { email: 'ben@x.example', name: 'Ben' },
    });
    const calendars = await dav.provider.listCalendars('account', anna);
    expect(calendars).toMatchObject([
      { name: 'Home', primary: true, color: '#1badf8', zone: 'Europe/Vienna', readable: true, writable: true },
      { name: 'Work', primary: false, writable: true },
      { name: 'Holidays', readable: true, writable: false, reason: expect.stringContaining('subscription') },
      { name: "Ben's", readable: true, writable: false, reason: expect.stringContaining('not change it') },
      { name: 'Ours', readable: true, writable: true },
    ]);
  });

  it('does not offer as a target what does not say whether it may be written', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'privileges-missing' });
    const [calendar] = await dav.provider.listCalendars('account', anna);
    expect(calendar).toMatchObject({ readable: true, writable: false, reason: expect.any(String) });
  });

  it('counts a calendar that is gone as changed, so that its round finds out', async () => {
    const dav = await simulatedWorld();
    const { cursor } = (await pull(dav, { window })).end;
    await dav.removeCalendar();
    expect(await dav.provider.changedCalendars?.('account', await known(dav, cursor))).toEqual([dav.ref.remoteId]);
  });
});

describe('a token that is not known any more', () => {
  it.each(['403', '403-marked', '400', '409', '410', '412', '507', 'inside'])(
    'begins the calendar anew, said as %s',
    async (value) => {
      const dav = await simulatedWorld();
      const { cursor } = (await pull(dav, { window })).end;
      dav.faults.arm({ name: 'token-expired', value });
      const code = ['403-marked', 'inside'].includes(value) ? 'valid-sync-token' : `http-${value}`;
      await expect(pull(dav, { cursor })).rejects.toMatchObject({ kind: 'expired-cursor', code });
    },
  );

  it('is believed only when the calendar itself answers', async () => {
    const dav = await simulatedWorld();
    const { cursor } = (await pull(dav, { window })).end;
    dav.faults.arm({ name: 'token-expired' });
    dav.faults.arm({ name: 'throttled', method: 'PROPFIND' });
    await expect(pull(dav, { cursor })).rejects.toMatchObject({ kind: 'throttled' });
    dav.faults.arm({ name: 'server-error', method: 'REPORT' });
    await expect(pull(dav, { cursor })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('may bring everything instead, which is read as so many changes', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    const first = await pull(dav, { window });
    dav.faults.arm({ name: 'token-expired', value: 'full' });
    const { changes, end } = await pull(dav, { cursor: first.end.cursor });
    expect(applied(changes, applied(first.changes))).toEqual(applied(first.changes));
    expect((await pull(dav, { cursor: end.cursor })).changes).toEqual([]);
  });
});

describe('changes', () => {
  it('made while the window is read are told by the next round', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    dav.asked();
    const round = dav.provider.pull(dav.ref, { window });
    const first = await round.next();
    expect(first.done).toBe(false);
    // The token comes before what it is to vouch for.
    expect(dav.asked().map((request) => request.split(' ')[0])).toEqual(['PROPFIND', 'REPORT', 'REPORT']);
    await dav.put('dinner.ics', ics('dinner', hour('Dinner', '2026-11-24T19:00:00Z')));
    const last = await round.next();
    if (!last.done) throw new Error('One page held everything.');
    const { changes } = await pull(dav, { cursor: last.value.cursor });
    expect(titles(applied(changes))).toEqual(['Dinner']);
  });

  it.each([[[]], [['whole-507']]])('come page by page, to the last (%j)', async (names) => {
    const dav = await simulatedWorld({ pageSize: 3 });
    const first = await pull(dav, { window });
    for (let index = 0; index < 8; index += 1) {
      await dav.put(`${index}.ics`, ics(`uid-${index}`, hour(`Event ${index}`, `2026-12-0${index + 1}T09:00:00Z`)));
    }
    await dav.remove('0.ics');
    for (const name of names) dav.faults.arm({ name });
    const { changes, end } = await pull(dav, { cursor: first.end.cursor });
    expect(titles(applied(changes))).toEqual([1, 2, 3, 4, 5, 6, 7].map((index) => `Event ${index}`));
    expect((await pull(dav, { cursor: end.cursor })).changes).toEqual([]);
  });

  it('that are told late are told by the next round', async () => {
    const dav = await simulatedWorld();
    const first = await pull(dav, { window });
    await dav.put('lunch.ics', lunch);
    dav.faults.arm({ name: 'changes-lag' });
    const second = await pull(dav, { cursor: first.end.cursor });
    expect(second.changes).toEqual([]);
    const third = await pull(dav, { cursor: second.end.cursor });
    expect(titles(applied(third.changes))).toEqual(['Lunch']);
  });

  it('lose nothing to a multiget that leaves one out', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    await dav.put('dinner.ics', ics('dinner', hour('Dinner', '2026-11-24T19:00:00Z')));
    dav.faults.arm({ name: 'multiget-gap' });
    expect(titles(applied((await pull(dav, { window })).changes))).toEqual(['Dinner', 'Lunch']);
  });

  it('are not passed over while their text does not come', async () => {
    const dav = await simulatedWorld();
    const first = await pull(dav, { window });
    await dav.put('lunch.ics', lunch);
    dav.faults.arm({ name: 'text-late', times: 2 });
    await expect(pull(dav, { cursor: first.end.cursor })).rejects.toMatchObject({ kind: 'unavailable' });
    const { changes } = await pull(dav, { cursor: first.end.cursor });
    expect(titles(applied(changes))).toEqual(['Lunch']);
  });

  it('do not make an occurrence count as deleted that was seen a moment ago and is not given now', async () => {
    const dav = await simulatedWorld();
    await dav.put('standup.ics', ics('standup', hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3')));
    const [, second] = await listed(dav);
    const removal = { kind: 'delete', id: second?.id ?? '', etag: second?.etag ?? '' } as const;
    dav.faults.arm({ name: 'text-late' });
    expect(await outcome(dav, removal)).toBe('unavailable');
    expect(await listed(dav)).toHaveLength(3);
    expect(await outcome(dav, removal)).toBe('done');
    expect(await listed(dav)).toHaveLength(2);
  });

  it.each([
    ['changes', 1],
    ['changes', 2],
    ['window', 1],
    ['window', 2],
  ])(
    'are taken over in the version that was listed, and waited for while an older one comes (%s, %i)',
    async (how, times) => {
      const dav = await simulatedWorld();
      await dav.put('lunch.ics', lunch);
      const first = await pull(dav, { window });
      await dav.put('lunch.ics', ics('lunch', hour('Late lunch', '2026-11-24T14:00:00Z')));
      dav.faults.arm({ name: 'stale-body', times });
      const start = how === 'changes' ? { cursor: first.end.cursor } : { window };
      if (times > 1) await expect(pull(dav, start)).rejects.toMatchObject({ kind: 'unavailable' });
      const { changes } = await pull(dav, start);
      expect(titles(applied(changes))).toEqual(['Late lunch']);
      expect(dav.faults.fired()).toEqual({ 'stale-body': times });
    },
  );

  it('say of nothing that it is gone because a listing left it out', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    dav.faults.arm({ name: 'query-gap' });
    const { changes, end } = await pull(dav, { window });
    expect(changes).toEqual([]);
    expect(end.full).toBe(true);
    expect(dav.provider.settlesMs).toBeGreaterThanOrEqual(5 * 60_000);
    expect(await dav.provider.getMany(dav.ref, [dav.idOf('lunch.ics')])).toMatchObject([{ title: 'Lunch' }]);
  });

  it('of etags alone bring the same content again', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    const first = await pull(dav, { window });
    const [event] = dav.world.events(dav.calendar.id);
    dav.world.touch(dav.calendar.id, event?.id ?? '');
    dav.pass(60_000);
    const { changes } = await pull(dav, { cursor: first.end.cursor });
    expect(applied(changes)).toEqual(applied(first.changes));
  });

  it('survive a resource that makes no sense, which is named in the log by path and reason', async () => {
    const dav = await simulatedWorld();
    await dav.put('broken.ics', ics('broken', ['DTEND:20261124T130000Z', 'SUMMARY:Secret']));
    await dav.put('lunch.ics', lunch);
    const { changes } = await pull(dav, { window });
    expect(titles(applied(changes))).toEqual(['Lunch']);
    expect(changes).toContainEqual({ kind: 'unreadable', id: dav.idOf('broken.ics') });
    const [entry] = dav.logged.filter(({ event }) => event === 'icloud.unreadable');
    expect(entry?.fields).toMatchObject({ href: dav.idOf('broken.ics'), reason: expect.any(String) });
    expect(JSON.stringify(dav.logged)).not.toContain('Secret');
    expect(await dav.provider.getMany(dav.ref, [dav.idOf('broken.ics')])).toEqual(['unreadable']);
  });

  it('say nothing of the occurrences of a series of which a part cannot be read', async () => {
    const dav = await simulatedWorld();
    const master = hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3');
    await dav.put('standup.ics', ics('standup', master));
    const first = await pull(dav, { window });
    const broken = ['RECURRENCE-ID:20261201T090000Z', 'DTSTART:nonsense', 'SUMMARY:Secret'];
    await dav.put('standup.ics', ics('standup', master, broken));
    const { changes } = await pull(dav, { cursor: first.end.cursor });
    expect(changes).toContainEqual({ kind: 'unreadable', id: dav.idOf('standup.ics') });
    expect(changes.filter(({ kind }) => kind === 'series')).toEqual([]);
    expect(titles(applied(changes, applied(first.changes)))).toHaveLength(3);
  });

  it('show floating times in the zone of the calendar', async () => {
    const dav = await simulatedWorld();
    await dav.put('float.ics', ics('float', ['DTSTART:20261124T120000', 'DTEND:20261124T130000', 'SUMMARY:Float']));
    const [event] = await listed(dav);
    expect(event?.span).toMatchObject({ start: Date.parse('2026-11-24T11:00:00Z'), zone: 'Europe/Vienna' });
  });

  it.each([
    ['throttled', 'throttled'],
    ['too-many-requests', 'throttled'],
    ['server-error', 'unavailable'],
    ['gateway-page', 'unavailable'],
    ['not-xml', 'malformed'],
    ['unauthorized', 'revoked'],
  ])('fail cleanly at %s', async (name, kind) => {
    const dav = await simulatedWorld();
    const { cursor } = (await pull(dav, { window })).end;
    for (const start of [{ window }, { cursor }]) {
      dav.faults.arm({ name });
      await expect(pull(dav, start)).rejects.toMatchObject({ kind });
      dav.pass(1000);
      dav.credentials.set('account', (await dav.identity.checkPassword(anna, firstPassword)).credential);
    }
  });
});

describe('a pause', () => {
  it('is longer than iCloud asks for, and longer each time, until it answers again', async () => {
    const dav = await simulatedWorld();
    const waits: (number | undefined)[] = [];
    for (let count = 0; count < 7; count += 1) {
      dav.faults.arm({ name: 'throttled' });
      const error = await listed(dav).catch((caught: { retryAfterMs?: number }) => caught);
      const wait = 'retryAfterMs' in error ? error.retryAfterMs : undefined;
      waits.push(wait);
      dav.pass(wait ?? 0);
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000]);
    await listed(dav);
    dav.faults.arm({ name: 'too-many-requests' });
    await expect(listed(dav)).rejects.toMatchObject({ retryAfterMs: 2000 });
  });
});

describe('writes', () => {
  it('mail nobody, and never say that whatever stands may be written over', async () => {
    const dav = await simulatedWorld();
    const { id, etag = '' } = await written(dav, create('one'));
    const { marker } = create('one');
    await written(dav, { kind: 'update', id, etag, content: { ...content, title: 'Surgeon' }, marker });
    await written(dav, { kind: 'update', id, content, marker });
    await outcome(dav, { kind: 'delete', id });
    expect(mails(dav)).toBe(0);
    const conditions = dav.conditions();
    expect(conditions).toHaveLength(4);
    expect(conditions.every((condition) => condition === 'new' || /^"\w+"$/.test(condition))).toBe(true);
  });

  it('into what people are invited to are refused; the simulator counts as mails what is not', async () => {
    const dav = await simulatedWorld();
    const people = ['ORGANIZER:mailto:anna@icloud.example', 'ATTENDEE:mailto:bob@example.org'];
    await dav.put('board.ics', ics('board', hour('Board', '2026-11-24T15:00:00Z', ...people)));
    const id = dav.idOf('board.ics');
    expect(await outcome(dav, { kind: 'write-back', id, changes: { title: 'Bored' } })).toBe('refused');
    expect(mails(dav)).toBe(0);
    expect(await outcome(dav, { kind: 'delete', id })).toBe('done');
    expect(mails(dav)).toBe(1);
  });

  it('have an etag also where the answer gave none', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'etag-missing' });
    const { id, etag } = await written(dav, create('one'));
    expect(etag).toBeTruthy();
    expect(await outcome(dav, { kind: 'delete', id, etag: etag ?? '' })).toBe('done');
  });

  it('have the etag that stands after iCloud touched the event once more', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'etag-change' });
    const { id, etag = '' } = await written(dav, create('one'));
    const { marker } = create('one');
    expect(await outcome(dav, { kind: 'update', id, etag, content: { ...content, title: 'Surgeon' }, marker })).toBe(
      'done',
    );
  });

  it('are remembered as sent where the reading back still shows what was before', async () => {
    const dav = await simulatedWorld();
    const { id, etag = '' } = await written(dav, create('one'));
    dav.faults.arm({ name: 'stale-body' });
    const { marker } = create('one');
    const update = { kind: 'update', id, etag, content: { ...content, title: 'Surgeon' }, marker } as const;
    expect(await written(dav, update)).toMatchObject({ title: 'Surgeon' });
    expect((await dav.provider.get(dav.ref, id))?.title).toBe('Surgeon');
  });

  it('are done even where the reading back fails', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'server-error', method: 'REPORT' });
    expect(await written(dav, create('one'))).toMatchObject({ title: content.title });
  });

  it('whose answer was lost find what they did', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'response-lost' });
    expect(await outcome(dav, create('one'))).toBe('unavailable');
    expect(await outcome(dav, create('one'))).toBe('adopted');
    const [copy] = await listed(dav);
    const named = { id: copy?.id ?? '', etag: copy?.etag ?? '' };
    const update = {
      kind: 'update',
      ...named,
      content: { ...content, title: 'Surgeon' },
      marker: create('one').marker,
    } as const;
    dav.faults.arm({ name: 'response-lost' });
    expect(await outcome(dav, update)).toBe('unavailable');
    expect(await outcome(dav, update)).toBe('done');
    dav.faults.arm({ name: 'response-lost' });
    expect(await outcome(dav, { kind: 'delete', id: named.id })).toBe('unavailable');
    expect(await outcome(dav, { kind: 'delete', id: named.id })).toBe('done');
    expect(await listed(dav)).toEqual([]);
  });

  it('are tried again after a condition failed that nobody set', async () => {
    const dav = await simulatedWorld();
    dav.faults.arm({ name: 'condition-unasked' });
    expect(await outcome(dav, create('one'))).toBe('unavailable');
    expect(await outcome(dav, create('one'))).toBe('done');
  });

  it('give up an identity whose copy its user moved to another calendar', async () => {
    const dav = await simulatedWorld();
    const { id } = await written(dav, create('one'));
    const [, work] = dav.world.calendarsOf(anna);
    const name = id.slice(dav.ref.remoteId.length);
    const text = await dav.read(name);
    await outcome(dav, { kind: 'delete', id });
    if (work) dav.sim.plant(work, name, text);
    expect(await outcome(dav, create('one'))).toBe('identity-spent');
    expect(await outcome(dav, create('one', {}, 1))).toBe('done');
  });

  it.each([403, 404])(
    'are neither refused nor taken for done where a gateway answers %i with a page',
    async (value) => {
      const dav = await simulatedWorld();
      const { id, etag = '' } = await written(dav, create('one'));
      dav.faults.arm({ name: 'gateway-page', value, method: 'PUT', times: 2 });
      expect(await outcome(dav, create('two'))).toBe('unavailable');
      const { marker } = create('one');
      expect(await outcome(dav, { kind: 'update', id, etag, content, marker })).toBe('unavailable');
      dav.faults.arm({ name: 'gateway-page', value, method: 'DELETE' });
      expect(await outcome(dav, { kind: 'delete', id, etag })).not.toBe('done');
      expect(dav.world.instances(dav.calendar.id, window.start, window.end)).toHaveLength(1);
    },
  );

  it('are refused, and not taken for missing, where iCloud says 404 to a body', () => {
    expect(failureOf({ status: 404, text: '', waitMs: undefined }, 'write').kind).toBe('refused');
    expect(failureOf({ status: 403, text: '<error xmlns="DAV:"/>', waitMs: undefined }, 'write').kind).toBe('refused');
  });

  it('are refused where the calendar is to be read only', async () => {
    const dav = await simulatedWorld();
    dav.calendar.access = 'reader';
    expect(await outcome(dav, create('one'))).toBe('refused');
    expect(dav.world.events(dav.calendar.id)).toHaveLength(0);
  });

  it('give an event of no length an end', async () => {
    const dav = await simulatedWorld();
    const at = Date.parse('2026-12-24T09:00:00Z');
    const span = { kind: 'timed', start: at, end: at, zone: 'UTC' } as const;
    expect(await outcome(dav, create('one', { span }))).toBe('done');
  });

  it('take a copy for ours also where an Apple client dropped our properties', async () => {
    const dav = await simulatedWorld();
    const { id } = await written(dav, create('one'));
    dav.faults.arm({ name: 'properties-dropped' });
    const [event] = dav.world.events(dav.calendar.id);
    dav.world.change(dav.calendar.id, event?.id ?? '', { title: 'Edited' });
    const copy = await dav.provider.get(dav.ref, id);
    expect(copy).toMatchObject({ title: 'Edited', marker: expect.anything() });
    expect(await outcome(dav, create('one'))).toBe('adopted');
  });

  it('go four at a time at most', async () => {
    const dav = await simulatedWorld();
    const operations: WriteOperation[] = Array.from({ length: 10 }, (_, index) => create(String(index)));
    await dav.provider.write(dav.ref, operations);
    expect(dav.mostAtOnce()).toBeGreaterThan(1);
    expect(dav.mostAtOnce()).toBeLessThanOrEqual(4);
  });

  it('are sent only while each is permitted, and none is left under way when one is not', async () => {
    const dav = await simulatedWorld();
    const operations: WriteOperation[] = Array.from({ length: 10 }, (_, index) => create(String(index)));
    let permitted = 0;
    const lost = new Error('Another worker has the calendar.');
    const writing = dav.provider.write(dav.ref, operations, async () => {
      if (permitted === 6) throw lost;
      permitted += 1;
    });
    await expect(writing).rejects.toBe(lost);
    const puts = dav.asked().filter((request) => request.startsWith('PUT'));
    expect(puts).toHaveLength(6);
    expect(await listed(dav)).toHaveLength(6);
  });
});

describe('push', () => {
  it('is not offered', async () => {
    const { provider, ref } = await simulatedWorld();
    expect(provider.push).toBe(false);
    const request = { id: 'id', notificationUrl: 'https://x.example', lifecycleUrl: '', token: '', until: 0 };
    await expect(provider.subscribe(ref, request)).rejects.toMatchObject({ kind: 'push-unsupported' });
    await provider.revoke('account');
  });
});
