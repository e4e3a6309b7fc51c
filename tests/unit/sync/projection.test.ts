import { describe, expect, it } from '@jest/globals';
import { plainFromRich } from '../../../shared/calendar/text.ts';
import { project } from '../../../shared/sync/projection.ts';
import { event, open } from './builders.ts';

const ends = { sourceEmail: 'ann@work.example', targetEmail: 'ann@home.example' };
const meeting = event({
  title: 'Merger talks',
  description: '<p>Secret plan</p>',
  location: 'Vault 7',
  attendees: [{ email: 'bob@rival.example', name: 'Bob' }],
  isOrganizer: false,
  organizer: { email: 'bob@rival.example' },
  sensitivity: 'personal',
  showAs: 'oof',
});

describe('the projection', () => {
  it('copies title, text, place, time and state, and writes attendees as text', () => {
    const copy = project(meeting, open, ends);
    expect(copy).toMatchObject({
      title: 'Merger talks',
      location: 'Vault 7',
      span: meeting.span,
      showAs: 'oof',
      sensitivity: 'private',
    });
    expect(plainFromRich(copy.description)).toBe('Secret plan\nAttendees: bob@rival.example, ann@work.example');
  });

  it("writes the target account's address for the user's own on request", () => {
    const copy = project(meeting, { ...open, transformIdentity: true }, ends);
    expect(copy.description).toContain('ann@home.example');
    expect(copy.description).not.toContain('ann@work.example');
  });

  it('lets no text of the original through a private route', () => {
    const copy = project(meeting, { ...open, markPrivate: true }, ends);
    expect(copy).toEqual({
      title: 'Busy',
      description: '',
      location: '',
      span: meeting.span,
      showAs: 'oof',
      sensitivity: 'private',
    });
  });

  it('shows as the route says', () => {
    expect(project(meeting, { ...open, showAs: 'busy' }, ends).showAs).toBe('busy');
    expect(project(meeting, { ...open, markPrivate: true, showAs: 'free' }, ends).showAs).toBe('free');
  });

  it('has no footer for an appointment of one', () => {
    expect(project(event({ description: '<p>x</p>' }), open, ends).description).toBe('<p>x</p>');
  });
});
