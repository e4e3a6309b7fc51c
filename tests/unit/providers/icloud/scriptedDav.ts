import { credentialFrom } from '../../../../shared/providers/icloud/credential.ts';
import { createIcloud } from '../../../../shared/providers/icloud/icloud.ts';
import type { CalendarRef } from '../../../../shared/providers/provider.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

export type Answer = (asked: Asked) => Response | Promise<Response> | undefined;

const root = 'https://caldav.icloud.com';
export const path = '/1/calendars/home/';

export const calendar: CalendarRef = {
  accountId: 'account',
  calendarId: 'calendar',
  remoteId: path,
  ownerEmail: 'anna@icloud.example',
};

/** A provider whose service says what a test wants; whatever a script has no answer for is 404. */
export function scripted(...script: Answer[]) {
  const asked: Asked[] = [];
  const stored = credentialFrom({
    appleId: 'anna@icloud.example',
    password: 'abcd-efgh-ijkl-mnop',
    checkedAt: 1,
    principal: '/1/principal/',
    home: '/1/calendars/',
    service: 'icloud',
  });
  const logged: string[] = [];
  const provider = createIcloud({
    settings: { root },
    credentials: { read: async () => stored, write: async () => {} },
    clock: { now: () => Date.parse('2026-11-23T08:00:00Z') },
    log: (event, fields) => void logged.push(JSON.stringify({ event, ...fields })),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = await request.text();
      const one = { method: request.method, url: request.url, headers: request.headers, body };
      asked.push(one);
      for (const answer of script) {
        const response = await answer(one);
        if (response) return response;
      }
      return new Response(null, { status: 404 });
    },
  });
  return { provider, asked, logged };
}

export function on(method: string, answer: (asked: Asked) => Response | Promise<Response>): Answer {
  return (asked) => (asked.method === method ? answer(asked) : undefined);
}

export function multistatus(...responses: string[]): Response {
  return new Response(`<multistatus xmlns="DAV:">${responses.join('')}</multistatus>`, { status: 207 });
}

export function resource(href: string, etag: string, text: string): string {
  return `<response><href>${href}</href><propstat><prop><getetag>${etag}</getetag><calendar-data xmlns="urn:ietf:params:xml:ns:caldav"><![CDATA[${text}]]></calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
}
