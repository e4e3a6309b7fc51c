import { describe, expect, it } from '@jest/globals';
import { eventFrom } from '../../../../shared/providers/google/mapping.ts';
import { googleEvent } from '../../../../shared/providers/google/schemas.ts';
import { calendar, item, page, scriptedGoogle } from './scriptedGoogle.ts';

const meeting = (id: string, more: Record<string, unknown>) =>
  eventFrom(googleEvent.parse(item(id, more)), 'ada@example.com');
const outlookUid = (date: string) =>
  `040000008200E00074C5B7101A82E008${date}0000000000000000000000000000000010000000AAAABBBBCCCCDDDD`;

describe('the same meeting', () => {
  it("is found by its iCalUId, also in Outlook's spelling with an instance's date", async () => {
    const google = scriptedGoogle(({ url }) => {
      const uid = url.searchParams.get('iCalUID');
      if (!uid) return undefined;
      return page(uid === outlookUid('00000000') ? [item('x', { iCalUID: uid })] : [], { nextSyncToken: 's' });
    });
    expect(await google.provider.hasMeetings(calendar, [meeting('a', { iCalUID: outlookUid('00000000') })])).toEqual([
      true,
    ]);
    expect(await google.provider.hasMeetings(calendar, [meeting('a', { iCalUID: 'other@example.com' })])).toEqual([
      false,
    ]);
    expect(await google.provider.hasMeetings(calendar, [])).toEqual([]);
  });

  it('is found also behind a page that is empty and has a next one', async () => {
    const google = scriptedGoogle(({ url }) => {
      if (!url.searchParams.has('iCalUID')) return undefined;
      return url.searchParams.has('pageToken')
        ? page([item('x', { iCalUID: 'm@example.com' })], { nextSyncToken: 's' })
        : page([], { nextPageToken: 'p2' });
    });
    expect(await google.provider.hasMeetings(calendar, [meeting('a', { iCalUID: 'm@example.com' })])).toEqual([true]);
  });

  it('is not looked for without end', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.searchParams.has('iCalUID') ? page([], { nextPageToken: 'again' }) : undefined,
    );
    await expect(
      google.provider.hasMeetings(calendar, [meeting('a', { iCalUID: 'm@example.com' })]),
    ).rejects.toMatchObject({ kind: 'malformed', code: 'endless-pages' });
  });

  it.each([
    ['our own copy', { extendedProperties: { private: { hetkRoute: 'r', hetkOrigin: 'o', hetkGen: '0' } } }],
    ['a cancelled one', { status: 'cancelled' }],
    ['another instance', { recurringEventId: 's', originalStartTime: { dateTime: '2026-12-24T09:00:00Z' } }],
  ])('is not there when what is there is %s', async (_case, more) => {
    const google = scriptedGoogle(({ url }) =>
      url.searchParams.has('iCalUID')
        ? page([item('x', { iCalUID: 'm@example.com', ...more })], { nextSyncToken: 's' })
        : undefined,
    );
    expect(await google.provider.hasMeetings(calendar, [meeting('a', { iCalUID: 'm@example.com' })])).toEqual([false]);
  });
});
