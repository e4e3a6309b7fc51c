import { describe, expect, it } from '@jest/globals';
import { locationWithoutJoinLinks, withoutJoinLinks } from '../../../shared/calendar/joinLinks.ts';
import { plainFromRich, richFromHtml, richFromMixed, richFromPlain } from '../../../shared/calendar/text.ts';

const line = '_'.repeat(80);

describe('join links', () => {
  it('takes the block away that Teams adds, and only that', () => {
    const rich = richFromHtml(
      `<p>Agenda</p><div>${line}</div><div>Microsoft Teams Need help?</div><div><a href="https://teams.microsoft.com/l/meetup-join/19%3ameeting">Join` +
        `</a></div><div>Meeting ID: 1 2 3</div><div>Passcode: secret</div><div>${line}</div><p>See you</p>`,
    );
    expect(plainFromRich(withoutJoinLinks(rich))).toBe('Agenda\nSee you');
  });

  it('takes the block away that Meet adds', () => {
    const rich = richFromMixed(
      'Notes\n-::~:~::~:~::-\nJoin with Google Meet: https://meet.google.com/abc-defg-hij\n-::~:~::~:~::-\nEnd',
    );
    expect(plainFromRich(withoutJoinLinks(rich))).toBe('Notes\nEnd');
  });

  it('takes an invitation of Zoom away and keeps what the person wrote', () => {
    const rich = richFromPlain(
      'Ann is inviting you to a scheduled Zoom meeting.\n\nJoin Zoom Meeting\nhttps://us02web.zoom.us/j/1?pwd=x\n\nMeeting ID: 1 2\nPasscode: 9\nBring cake.',
    );
    expect(plainFromRich(withoutJoinLinks(rich)).trim()).toBe('Bring cake.');
  });

  it.each([
    'https://acme.webex.com/meet/ann',
    'https://teams.live.com/meet/93',
    'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join',
  ])('takes %s out of a sentence', (url) => {
    expect(plainFromRich(withoutJoinLinks(richFromPlain(`Call ${url} or come by`)))).toBe('Call or come by');
  });

  it("leaves a person's own lines and numbers alone where there is no join link", () => {
    const rich = richFromPlain(`Before\n${line}\nMeeting ID: 12\n+43 1 234 567 890`);
    expect(withoutJoinLinks(rich)).toBe(rich);
  });

  it('keeps the room of a location', () => {
    expect(locationWithoutJoinLinks('Room 5; https://zoom.us/j/12345')).toBe('Room 5');
    expect(locationWithoutJoinLinks('https://teams.microsoft.com/l/meetup-join/abc')).toBe('');
  });

  it('leaves a location without any as it is, separators too', () => {
    expect(locationWithoutJoinLinks('Room 4;, ')).toBe('Room 4;, ');
  });
});
