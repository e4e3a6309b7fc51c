import { z } from 'zod';
import { listen } from '../../local/listen.ts';
import { answerMessages } from './process.ts';

/**
 * What nobody can do without: told of a change, asks what it was and writes it. Keeps nothing but which versions it was told of, because it is told of each
 * several times; checks nothing, retries nothing.
 */

const orders = z.object({
  graph: z.string(),
  google: z.string(),
  /** Authorization headers. */
  graphToken: z.string(),
  googleToken: z.string(),
  source: z.string(),
  target: z.string(),
  from: z.string(),
  to: z.string(),
});

const page = z.object({
  value: z.array(
    z.looseObject({
      subject: z.string().optional(),
      body: z.object({ content: z.string() }).optional(),
      location: z.object({ displayName: z.string().optional() }).optional(),
      start: z.object({ dateTime: z.string() }).optional(),
      end: z.object({ dateTime: z.string() }).optional(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

const notification = z.object({ value: z.array(z.object({ resourceData: z.object({ '@odata.etag': z.string() }) })) });

answerMessages({
  async start(message) {
    const { graph, google, graphToken, googleToken, source, target, from, to } = orders.parse(message);
    const prefer = 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=100';
    const read = async (url: string) =>
      page.parse(await (await fetch(url, { headers: { authorization: graphToken, prefer } })).json());

    /** Reads to the end. @returns what there was, and the link to what comes later */
    async function changes(link: string) {
      const rows: z.infer<typeof page>['value'] = [];
      for (let next = link; ; ) {
        const { value, '@odata.nextLink': more, '@odata.deltaLink': later } = await read(next);
        rows.push(...value);
        if (more === undefined) return { rows, later: later ?? link };
        next = more;
      }
    }

    const calendar = `${graph}/v1.0/me/calendars/${encodeURIComponent(source)}`;
    let { later } = await changes(`${calendar}/calendarView/delta?startDateTime=${from}&endDateTime=${to}`);
    let working = Promise.resolve();
    const told = new Set<string>();

    async function follow(): Promise<void> {
      const { rows, later: next } = await changes(later);
      later = next;
      for (const { subject, body, location, start, end } of rows) {
        const event = {
          summary: subject,
          description: body?.content,
          location: location?.displayName,
          start: { dateTime: `${start?.dateTime.slice(0, 19)}Z`, timeZone: 'UTC' },
          end: { dateTime: `${end?.dateTime.slice(0, 19)}Z`, timeZone: 'UTC' },
        };
        const answer = await fetch(
          `${google}/calendar/v3/calendars/${encodeURIComponent(target)}/events?sendUpdates=none`,
          {
            method: 'POST',
            headers: { authorization: googleToken, 'content-type': 'application/json' },
            body: JSON.stringify(event),
          },
        );
        if (!answer.ok) throw new Error(`Google answered ${answer.status}: ${await answer.text()}`);
        await answer.json();
      }
    }

    const { url } = await listen(async (request) => {
      const token = new URL(request.url).searchParams.get('validationToken');
      if (token !== null) return new Response(token, { headers: { 'content-type': 'text/plain' } });
      const versions = notification.parse(await request.json()).value.map((item) => item.resourceData['@odata.etag']);
      if (versions.some((version) => !told.has(version))) working = working.then(follow);
      for (const version of versions) told.add(version);
      return new Response(null, { status: 202 });
    }, 0);
    const answer = await fetch(`${graph}/v1.0/subscriptions`, {
      method: 'POST',
      headers: { authorization: graphToken, 'content-type': 'application/json', prefer },
      body: JSON.stringify({
        changeType: 'created,updated,deleted',
        notificationUrl: url,
        resource: `/me/calendars/${source}/events`,
        expirationDateTime: new Date(Date.now() + 86_400_000).toISOString(),
        clientState: 'bare',
      }),
    });
    if (!answer.ok) throw new Error(`Graph answered ${answer.status}: ${await answer.text()}`);
    return url;
  },
});
