import { describe, expect, it } from '@jest/globals';
import { hour, ics, type SimulatedWorld, simulatedWorld } from '../../contract/icloud/worlds.ts';

/** The simulator by itself: what is reported of iCloud and no other test would notice if it were kinder. */

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly user?: string;
  readonly password?: string;
}

async function send({ sim }: SimulatedWorld, method: string, path: string, sent: Sent = {}) {
  const { headers = {}, body, user = 'anna@icloud.example', password = 'hetk-demo-pass-word' } = sent;
  const authorization = `Basic ${btoa(`${user}:${password}`)}`;
  const type = method === 'PUT' ? { 'content-type': 'text/calendar; charset=utf-8' } : {};
  const init = { method, headers: { authorization, ...type, ...headers }, ...(body === undefined ? {} : { body }) };
  const answer = await sim.fetch(new Request(`${sim.origin}${path}`, init));
  return { status: answer.status, etag: answer.headers.get('etag') ?? '', text: await answer.text() };
}

const lunch = ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z'));
const propfind = '<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/><d:sync-token/></d:prop></d:propfind>';
const query = (filter: string) =>
  `<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">${filter}</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`;

describe('the simulated iCloud', () => {
  it('lists besides calendars what else lies in a home', async () => {
    const dav = await simulatedWorld();
    const home = dav.ref.remoteId.replace('home/', '');
    const { text } = await send(dav, 'PROPFIND', home, { headers: { depth: '1' }, body: propfind });
    for (const name of ['inbox/', 'outbox/', 'notification/', 'tasks/', 'home/'])
      expect(text).toContain(`${home}${name}</href>`);
    expect(text).toContain(`<href xmlns="DAV:">${home}</href>`);
  });

  it('knows a person by name and app-specific password, and nobody else’s calendars', async () => {
    const dav = await simulatedWorld();
    const path = dav.ref.remoteId;
    const ask = (sent: Sent) => send(dav, 'PROPFIND', path, { headers: { depth: '0' }, body: propfind, ...sent });
    expect((await ask({})).status).toBe(207);
    expect((await ask({ user: 'ANNA@icloud.example' })).status).toBe(207);
    expect((await ask({ password: 'another' })).status).toBe(401);
    expect((await ask({ user: 'nobody@icloud.example' })).status).toBe(401);
    dav.world.addPerson({ email: 'ben@icloud.example', name: 'Ben' });
    expect((await ask({ user: 'ben@icloud.example' })).status).toBe(404);
    const fresh = dav.sim.issuePassword('anna@icloud.example');
    expect(fresh).toMatch(/^[a-z]{4}(-[a-z]{4}){3}$/);
    expect((await ask({ password: fresh })).status).toBe(207);
    dav.sim.revoke('anna@icloud.example');
    expect((await ask({ password: fresh })).status).toBe(401);
  });

  it.each([
    ['without an end', ['DTSTART:20261124T120000Z', 'SUMMARY:x'], 404],
    ['that ends as it starts', ['DTSTART:20261124T120000Z', 'DTEND:20261124T120000Z'], 403],
    [
      'whose rule does not begin with its frequency',
      hour('x', '2026-11-24T12:00:00Z', 'RRULE:COUNT=2;FREQ=DAILY'),
      403,
    ],
    [
      'whose EXDATE has another form than its start',
      hour('x', '2026-11-24T12:00:00Z', 'RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Vienna:20261125T130000'),
      403,
    ],
  ])('takes no event %s', async (_, lines, status) => {
    const dav = await simulatedWorld();
    const answer = await send(dav, 'PUT', dav.idOf('x.ics'), { body: ics('x', ...lines) });
    expect(answer.status).toBe(status);
    expect(dav.world.events(dav.calendar.id)).toEqual([]);
  });

  it.each([
    ['text that is no calendar', 'BEGIN:NOTHING', 403],
    ['a message instead of an event', lunch.replace('VERSION', 'METHOD:REQUEST\r\nVERSION'), 403],
    [
      'two events in one',
      `${lunch.replace('END:VCALENDAR\r\n', '')}${ics('b', hour('b', '2026-11-24T12:00:00Z')).split('EN\r\n')[1]}`,
      403,
    ],
  ])('takes no %s', async (_, body, status) => {
    const dav = await simulatedWorld();
    expect((await send(dav, 'PUT', dav.idOf('x.ics'), { body })).status).toBe(status);
  });

  it('heeds conditions, and refuses the one that names no etag', async () => {
    const dav = await simulatedWorld();
    const path = dav.idOf('lunch.ics');
    const put = (headers: Record<string, string>) => send(dav, 'PUT', path, { headers, body: lunch });
    expect((await put({ 'if-match': '"1"' })).status).toBe(412);
    const { status, etag } = await put({ 'if-none-match': '*' });
    expect(status).toBe(201);
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': etag })).status).toBe(204);
    expect((await send(dav, 'DELETE', path, { headers: { 'if-match': etag } })).status).toBe(412);
    expect((await send(dav, 'PUT', path, { headers: { 'content-type': 'text/plain' }, body: lunch })).status).toBe(415);
    expect((await send(dav, 'DELETE', path)).status).toBe(204);
    expect((await send(dav, 'DELETE', path)).status).toBe(404);
  });

  it('lets a UID be in one place only, among all calendars of a person', async () => {
    const dav = await simulatedWorld();
    const [, work] = dav.world.calendarsOf('anna@icloud.example');
    if (work) dav.sim.plant(work, 'there.ics', lunch);
    const { status, text } = await send(dav, 'PUT', dav.idOf('here.ics'), { body: lunch });
    expect(status).toBe(403);
    expect(text).toContain('no-uid-conflict');
    expect(text).toContain('there.ics');
  });

  it('answers queries by time, and 412 to those by property', async () => {
    const dav = await simulatedWorld();
    await dav.put('old.ics', ics('old', hour('Old', '2019-01-01T12:00:00Z', 'RRULE:FREQ=WEEKLY')));
    await dav.put('gone.ics', ics('gone', hour('Gone', '2019-01-01T12:00:00Z')));
    const ask = (filter: string) =>
      send(dav, 'REPORT', dav.ref.remoteId, { headers: { depth: '1' }, body: query(filter) });
    const { text } = await ask('<c:time-range start="20261101T000000Z" end="20261201T000000Z"/>');
    expect(text).toContain('old.ics');
    expect(text).not.toContain('gone.ics');
    expect((await ask('<c:prop-filter name="UID"><c:text-match>old</c:text-match></c:prop-filter>')).status).toBe(412);
    expect((await ask('')).status).toBe(403);
  });

  it('keeps what a client wrote and it does not know, also when the person edits the event', async () => {
    const dav = await simulatedWorld();
    const more = ['X-FOREIGN;X-PARAM=a:kept', 'CATEGORIES:Food'];
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z', ...more)));
    const [event] = dav.world.events(dav.calendar.id);
    dav.world.change(dav.calendar.id, event?.id ?? '', { title: 'Dinner' });
    const text = await dav.read('lunch.ics');
    expect(text).toContain('SUMMARY:Dinner');
    for (const line of more) expect(text).toContain(line);
    dav.faults.arm({ name: 'properties-dropped' });
    dav.world.change(dav.calendar.id, event?.id ?? '', { title: 'Supper' });
    expect(await dav.read('lunch.ics')).not.toContain('X-FOREIGN');
  });

  it('rewrites DTSTAMP each time it is asked', async () => {
    const dav = await simulatedWorld();
    await dav.put('lunch.ics', lunch);
    const before = await dav.read('lunch.ics');
    dav.pass(60_000);
    expect(await dav.read('lunch.ics')).not.toBe(before);
  });

  it('sends mail for meetings, whoever writes or deletes them', async () => {
    const dav = await simulatedWorld();
    const path = dav.idOf('board.ics');
    const people = [
      'ORGANIZER:mailto:anna@icloud.example',
      'ATTENDEE:mailto:bob@example.org',
      'ATTENDEE:mailto:cleo@example.org',
    ];
    const mails = () => dav.sim.requests.snapshot().mails;
    await send(dav, 'PUT', path, { body: ics('board', hour('Board', '2026-11-24T12:00:00Z', ...people)) });
    expect(mails()).toBe(2);
    await send(dav, 'DELETE', path);
    expect(mails()).toBe(4);
    const invited = ['ORGANIZER:mailto:bob@example.org', 'ATTENDEE:mailto:anna@icloud.example'];
    await dav.put('invitation.ics', ics('invitation', hour('Party', '2026-11-24T12:00:00Z', ...invited)));
    await send(dav, 'DELETE', dav.idOf('invitation.ics'));
    expect(mails()).toBe(5);
    await send(dav, 'PUT', dav.idOf('lunch.ics'), { body: lunch });
    expect(mails()).toBe(5);
  });

  it('shows its calendars as a week, and can be steered', async () => {
    const { sim, calendar } = await simulatedWorld();
    const page = await sim.fetch(new Request(`${sim.origin}/`));
    expect(await page.text()).toContain('iCloud Calendar');
    const calendars = await (await sim.fetch(new Request(`${sim.origin}/sim/calendars`))).json();
    expect(calendars).toContainEqual(
      expect.objectContaining({ id: calendar.id, remoteId: expect.stringMatching(/\/home\/$/) }),
    );
    const { known } = await (await sim.fetch(new Request(`${sim.origin}/sim/faults`))).json();
    expect(Object.keys(known)).toContain('token-expired');
    const made = await sim.fetch(
      new Request(`${sim.origin}/sim/people/anna@icloud.example/app-passwords`, { method: 'POST' }),
    );
    expect(await made.json()).toEqual({ password: expect.stringMatching(/^[a-z]{4}(-[a-z]{4}){3}$/) });
  });
});
