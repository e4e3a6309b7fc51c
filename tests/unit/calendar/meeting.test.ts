import { describe, expect, it } from '@jest/globals';
import { meetingUid } from '../../../shared/calendar/meeting.ts';

const prefix = '040000008200E00074C5B7101A82E008';

describe('the same meeting in two calendars', () => {
  it("is recognised whichever instance's date Outlook wrote into the id", () => {
    const rest = '00000000C0A8F1E2D3C4DB010000000000000000100000001234';
    expect(meetingUid(`${prefix}07EA0C01${rest}`)).toBe(meetingUid(`${prefix}00000000${rest}`));
    expect(meetingUid(`${prefix}00000000${rest}`)).not.toBe(
      meetingUid(`${prefix}00000000${rest.replace('1234', '4321')}`),
    );
  });

  it('is recognised when Outlook wrapped the UID of another service', () => {
    const uid = 'abc123@google.com';
    const wrapped = `${Buffer.from('vCal-Uid').toString('hex')}01000000${Buffer.from(`${uid}\0`).toString('hex')}`;
    expect(meetingUid(`${prefix}00000000${'0'.repeat(40)}${wrapped}`.toUpperCase())).toBe(uid);
  });

  it('keeps other ids as they are, case included', () => {
    expect(meetingUid('aBc@google.com')).toBe('aBc@google.com');
  });
});
