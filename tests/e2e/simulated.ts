import { z } from 'zod';
import type { Edit } from '../../local/core/personEdits.ts';

/** What tests do behind the scenes of a simulated service. */
export type Simulated = ReturnType<typeof simulatedAt>;

const calendarSchema = z.object({ id: z.string(), remoteId: z.string(), name: z.string(), owner: z.string() });
export type SimulatedCalendar = z.infer<typeof calendarSchema>;

const titles = z.array(z.object({ title: z.string() }));
const requestLog = z.object({ last: z.array(z.object({ method: z.string(), path: z.string() })) });

export function simulatedAt(url: string) {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}/sim${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  const at = ({ id }: SimulatedCalendar) => `/calendars/${encodeURIComponent(id)}`;

  return {
    url,
    /** Somebody new, with one empty calendar. */
    async settle(email: string, name: string, zone: string): Promise<SimulatedCalendar> {
      await call('POST', '/people', { email, name: 'Cleo Carr' });
      return this.addCalendar(email, name, zone);
    },
    addCalendar: async (
      owner: string,
      name: string,
      zone: string,
      color = '#0f6cbd',
      access = 'owner',
    ): Promise<SimulatedCalendar> =>
      calendarSchema.parse(await call('POST', '/calendars', { owner, name, zone, color, access })),
    /** @returns its id */
    addEvent: async (calendar: SimulatedCalendar, edit: Edit): Promise<string> =>
      z.object({ id: z.string() }).parse(await call('POST', `${at(calendar)}/events`, edit)).id,
    /** Of a series all occurrences. */
    removeEvent: async (calendar: SimulatedCalendar, id: string): Promise<void> =>
      void (await call('DELETE', `${at(calendar)}/events/${encodeURIComponent(id)}`)),
    titles: async (calendar: SimulatedCalendar): Promise<string[]> =>
      titles.parse(await call('GET', `${at(calendar)}/events`)).map(({ title }) => title),
    /** The requests that would have changed this calendar or watched it. */
    async writes(calendar: SimulatedCalendar): Promise<string[]> {
      const { last } = requestLog.parse(await call('GET', '/requests'));
      const name = encodeURIComponent(calendar.remoteId);
      return last
        .filter(({ method, path }) => method !== 'GET' && (path.includes(calendar.remoteId) || path.includes(name)))
        .map(({ method, path }) => `${method} ${path}`);
    },
    /** As when the person takes the app out of their account; at iCloud, changes the password of their Apple Account. */
    revoke: async (email: string): Promise<void> =>
      void (await call('POST', `/people/${encodeURIComponent(email)}/revoke`)),
    /** iCloud: @returns a new app-specific password */
    appPassword: async (email: string): Promise<string> =>
      z.object({ password: z.string() }).parse(await call('POST', `/people/${encodeURIComponent(email)}/app-passwords`))
        .password,
    /** @param name one of those that `/sim/faults` lists; it strikes once */
    misbehave: async (name: string): Promise<void> => void (await call('POST', '/faults', { name })),
  };
}
