import type { SamplePush } from '../core/control.ts';
import type { SimFields } from '../core/core.ts';
import type { Edit } from '../core/personEdits.ts';

/** One instance as the simulator's control address tells it: fields flat, times RFC 3339 UTC, dates for all-day. */
export interface ShownInstance extends Omit<SimFields, 'time'> {
  readonly eventId: string;
  readonly iCalUId: string;
  readonly originalStart?: string;
  readonly time: SimFields['time'];
  readonly start: string;
  readonly end: string;
}

export interface ShownCalendar {
  readonly id: string;
  readonly remoteId: string;
  readonly name: string;
  readonly owner: string;
  readonly primary: boolean;
}

export interface RequestCounts {
  readonly counts: Readonly<Record<string, number>>;
  readonly mails: number;
  readonly last: readonly { readonly kind: string; readonly status: number; readonly path: string }[];
}

/** What the demo does to a simulated service and sees there, as a person would at its own calendar page. */
export interface Simulator {
  readonly name: 'microsoft' | 'google' | 'icloud';
  primary(person: string): Promise<ShownCalendar>;
  addCalendar(person: string, name: string): Promise<ShownCalendar>;
  seed(calendar: string, ics: string): Promise<{ inserted: number; problems: string[] }>;
  create(calendar: string, edit: Edit): Promise<string>;
  change(calendar: string, event: string, edit: Edit, originalStart?: string): Promise<void>;
  remove(calendar: string, event: string, originalStart?: string): Promise<void>;
  instances(calendar: string, from: number, to: number): Promise<ShownInstance[]>;
  requests(): Promise<RequestCounts>;
  resetRequests(): Promise<void>;
  samplePush(calendar: string): Promise<SamplePush>;
}

export function simulatorAt<N extends Simulator['name']>(name: N, url: string): Simulator & { readonly name: N } {
  async function call<T>(method: string, path: string, body?: string, type = 'application/json'): Promise<T> {
    const response = await fetch(`${url}/sim${path}`, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': type } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The simulated ${name} answered ${response.status} to ${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  const at = (calendar: string, event?: string, originalStart?: string) =>
    `/calendars/${encodeURIComponent(calendar)}/events${event ? `/${encodeURIComponent(event)}` : ''}` +
    (originalStart ? `?originalStart=${encodeURIComponent(originalStart)}` : '');

  return {
    name,
    async primary(person) {
      const all = await call<ShownCalendar[]>('GET', `/calendars?person=${encodeURIComponent(person)}`);
      const found = all.find(({ primary }) => primary) ?? all[0];
      if (!found) throw new Error(`${person} has no calendar at the simulated ${name}.`);
      return found;
    },
    addCalendar: (owner, calendarName) =>
      call('POST', '/calendars', JSON.stringify({ owner, name: calendarName, zone: 'Europe/Vienna' })),
    seed: (calendar, ics) => call('POST', `/calendars/${encodeURIComponent(calendar)}/ics`, ics, 'text/calendar'),
    create: async (calendar, edit) => (await call<{ id: string }>('POST', at(calendar), JSON.stringify(edit))).id,
    change: (calendar, event, edit, originalStart) =>
      call('PATCH', at(calendar, event, originalStart), JSON.stringify(edit)),
    remove: (calendar, event, originalStart) => call('DELETE', at(calendar, event, originalStart)),
    instances: (calendar, from, to) =>
      call(
        'GET',
        `/calendars/${encodeURIComponent(calendar)}/instances?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`,
      ),
    requests: () => call('GET', '/requests'),
    resetRequests: () => call('DELETE', '/requests'),
    samplePush: (calendar) => call('GET', `/calendars/${encodeURIComponent(calendar)}/push`),
  };
}
