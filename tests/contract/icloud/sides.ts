import { simulatorAt } from '../../../local/demo/simulator.ts';
import { type Installation, until } from './installation.ts';
import { basicOf, type CalDavServer, emptied } from './servers.ts';

/** An event as a person sees it; `start` is an instant, ISO, UTC. */
export interface Seen {
  readonly title: string;
  readonly start: string;
  readonly location: string;
}

export interface NewEvent {
  readonly title: string;
  /** `YYYY-MM-DDTHH:mm`, UTC; it takes an hour. */
  readonly start: string;
  /** So many occurrences, a week apart. */
  readonly weeks?: number;
  readonly attendee?: string;
}

/** One calendar, as the person at its service works in it. Titles are its names for events. */
export interface Side {
  readonly accountId: string;
  /** As Hetk knows it. */
  readonly calendarId: string;
  /** The service tells nobody of changes. */
  readonly polled: boolean;
  /** Whoever a CalDAV server knows it by. */
  readonly user: string | undefined;
  add(event: NewEvent): Promise<void>;
  edit(title: string, changes: { title?: string; location?: string }): Promise<void>;
  remove(title: string): Promise<void>;
  seen(): Promise<Seen[]>;
}

interface Account {
  readonly id: string;
  readonly provider: string;
  readonly email: string;
}

async function accountOf({ person }: Installation, provider: string, email: string): Promise<string> {
  const { accounts } = await person.get<{ accounts: Account[] }>('/api/me');
  const found = accounts.find((each) => each.provider === provider && each.email === email);
  if (!found) throw new Error(`${email} is not connected.`);
  return found.id;
}

/** Looks for new calendars of the account, until there is one of this name. @returns its id */
async function offered({ person }: Installation, accountId: string, name: string): Promise<string> {
  await person.send('POST', `/api/accounts/${accountId}/refresh`);
  return until(`${name} is offered`, async () => {
    const all = await person.get<{ id: string; accountId: string; name: string }[]>('/api/calendars');
    return all.find((each) => each.accountId === accountId && each.name.endsWith(name))?.id;
  });
}

/** A new calendar at a simulated service. */
export async function simulatedSide(
  installation: Installation,
  service: 'google' | 'microsoft',
  email: string,
  name: string,
): Promise<Side> {
  const { world } = installation;
  const simulator = simulatorAt(service, (service === 'google' ? world.googleUrl : world.microsoftUrl) ?? '');
  const calendar = await simulator.addCalendar(email, name);
  const accountId = await accountOf(installation, service, email);
  const calendarId = await offered(installation, accountId, name);
  const shown = () => simulator.instances(calendar.id, Date.now() - 40 * 86_400_000, Date.now() + 360 * 86_400_000);
  async function named(title: string) {
    const found = (await shown()).find((each) => each.title === title);
    if (!found) throw new Error(`${service} shows no ${title}.`);
    return found;
  }
  return {
    accountId,
    calendarId,
    polled: false,
    user: undefined,
    async add({ title, start, weeks, attendee }) {
      await simulator.create(calendar.id, {
        title,
        start: `${start}:00`,
        zone: 'UTC',
        ...(weeks && { recurrence: `FREQ=WEEKLY;COUNT=${weeks}` }),
        ...(attendee && { attendees: [{ email: attendee, name: attendee, response: 'accepted' }] }),
      });
    },
    async edit(title, changes) {
      const { eventId, originalStart } = await named(title);
      await simulator.change(calendar.id, eventId, changes, originalStart);
    },
    async remove(title) {
      const { eventId, originalStart } = await named(title);
      await simulator.remove(calendar.id, eventId, originalStart);
    },
    seen: async () => (await shown()).map(({ title, start, location }) => ({ title, start, location })),
  };
}

interface Stored {
  readonly path: string;
  readonly etag: string;
  readonly text: string;
}

export interface DavSide extends Side {
  /** The texts of its resources. */
  stored(): Promise<readonly Stored[]>;
}

/** A new calendar at a CalDAV server, and another client of its person. */
export async function davSide(installation: Installation, server: CalDavServer): Promise<DavSide> {
  const { calendarPath, root, user } = await emptied(server);
  const accountId = await accountOf(installation, 'icloud', user);
  const calendarId = await offered(installation, accountId, calendarPath.split('/').at(-2) ?? '');

  async function ask(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const answer = await fetch(root + path, {
      method,
      headers: { authorization: basicOf(server), 'content-type': 'text/calendar; charset=utf-8', ...headers },
      ...(body !== undefined && { body }),
    });
    if (!answer.ok || (method === 'PUT' && answer.status === 207))
      throw new Error(`${method} of ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.text();
  }

  async function stored(): Promise<Stored[]> {
    const headers = { depth: '1', 'content-type': 'application/xml; charset=utf-8' };
    const answer = await ask('REPORT', calendarPath, everything, headers);
    return [...answer.matchAll(/<(?:\w+:)?response>(.*?)<\/(?:\w+:)?response>/gs)].map(([, response = '']) => ({
      path: element(response, 'href'),
      etag: element(response, 'getetag'),
      text: element(response, 'calendar-data').replace(/\r?\n[ \t]/g, ''),
    }));
  }

  async function named(title: string): Promise<Stored> {
    const found = (await stored()).find(({ text }) => textOf(text, 'SUMMARY') === title);
    if (!found) throw new Error(`The server holds no ${title}.`);
    return found;
  }

  return {
    accountId,
    calendarId,
    polled: true,
    user,
    stored,
    async add({ title, start, weeks, attendee }) {
      uids += 1;
      const uid = `event-${uids}@example.com`;
      const at = Date.parse(`${start}:00Z`);
      const people = attendee ? [`ORGANIZER:mailto:${attendee}`, `ATTENDEE:mailto:${attendee}`] : [];
      const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Example//EN',
        'BEGIN:VEVENT',
        `UID:${uid}`,
        `DTSTAMP:${stamp(Date.now())}`,
        `DTSTART:${stamp(at)}`,
        `DTEND:${stamp(at + 3_600_000)}`,
        `SUMMARY:${title}`,
        ...(weeks ? [`RRULE:FREQ=WEEKLY;COUNT=${weeks}`] : []),
        ...people,
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ];
      await ask('PUT', `${calendarPath}${uid}.ics`, lines.join('\r\n'), { 'if-none-match': '*' });
    },
    async edit(title, changes) {
      const { path, etag, text } = await named(title);
      const lines = {
        ...(changes.title && { SUMMARY: changes.title }),
        ...(changes.location && { LOCATION: changes.location }),
      };
      const changed = Object.entries({ ...lines, 'LAST-MODIFIED': stamp(Date.now()) }).reduce(withLine, text);
      await ask('PUT', path, changed, { 'if-match': etag });
    },
    async remove(title) {
      const { path } = await named(title);
      await ask('DELETE', path);
    },
    async seen() {
      return (await stored()).flatMap(({ text }) => {
        const start = startIn(text);
        const weeks = Number(/^RRULE:.*COUNT=(\d+)/m.exec(text)?.[1] ?? 1);
        return Array.from({ length: weeks }, (_, week) => ({
          title: textOf(text, 'SUMMARY'),
          start: new Date(start + week * 7 * 86_400_000).toISOString(),
          location: textOf(text, 'LOCATION'),
        }));
      });
    },
  };
}

let uids = 0;

const everything =
  '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>' +
  '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"/></c:comp-filter></c:filter></c:calendar-query>';

function element(xml: string, name: string): string {
  const found = new RegExp(`<(?:\\w+:)?${name}[^>]*>(.*?)</(?:\\w+:)?${name}>`, 's').exec(xml)?.[1] ?? '';
  return found
    .replaceAll('&#13;', '\r')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function textOf(text: string, property: string): string {
  const line = new RegExp(`^${property}(?:;[^:\\r\\n]*)?:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? '';
  return line.replace(/\\([\\,;])/g, '$1');
}

function withLine(text: string, [property, value]: [string, string]): string {
  const without = text.replace(new RegExp(`^${property}[;:].*\\r?\\n`, 'm'), '');
  const escaped = value.replace(/[\\,;]/g, '\\$&');
  return without.replace('END:VEVENT', () => `${property}:${escaped}\r\nEND:VEVENT`);
}

/** Everything here is in UTC. */
function startIn(text: string): number {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(textOf(text, 'DTSTART')) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
