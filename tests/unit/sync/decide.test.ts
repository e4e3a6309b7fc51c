import { describe, expect, it } from '@jest/globals';
import { windowAround } from '../../../shared/calendar/window.ts';
import { decide, type Situation } from '../../../shared/sync/decide.ts';
import { event, link, open } from './builders.ts';

const window = windowAround(Date.parse('2026-11-23T12:00Z'), 92, 366);
const long_ago = { start: window.start - 2, end: window.start - 1 };

function judged(changes: Partial<Situation>): string {
  const { action, reason } = decide({
    original: event(),
    link: undefined,
    options: open,
    window,
    projectionSame: true,
    timeSame: true,
    originalSame: true,
    copy: 'unseen',
    sameMeeting: false,
    twoWay: false,
    givesBack: false,
    ...changes,
  });
  return `${action}: ${reason}`;
}

describe('the merge rule', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['a new original is copied', {}, 'create: new'],
    ['an original in step is left alone', { link: link() }, 'nothing: in-step'],
    [
      'a changed original is written over its copy',
      { link: link(), projectionSame: false },
      'update: original-changed',
    ],
    ['a copy that drifted is put back', { link: link(), copy: 'changed' }, 'update: copy-changed'],
    ['a deleted original takes its copy along', { original: undefined, link: link() }, 'delete: original-gone'],
    [
      'a copy that is gone with its original needs no deletion',
      { original: undefined, link: link(), copy: 'missing' },
      'retire: both-gone',
    ],
    [
      'a cancelled original whose copy is gone needs no deletion',
      { original: event({ cancelled: true }), link: link(), copy: 'missing' },
      'retire: cancelled',
    ],
    [
      'a copy that its user made a meeting is left to them',
      { original: undefined, link: link(), copy: 'meeting' },
      'dismiss: copy-became-meeting',
    ],
    [
      'an edited copy in a two-way pair is written back',
      { link: link(), twoWay: true, copy: 'changed', givesBack: true },
      'write-back: copy-edited',
    ],
    [
      'an edited copy whose original is excluded by now is written back first',
      { original: event({ cancelled: true }), link: link(), twoWay: true, copy: 'changed', givesBack: true },
      'write-back: copy-edited',
    ],
    [
      'an edit that the original is not to take over is put back',
      { link: link(), twoWay: true, copy: 'changed' },
      'update: copy-changed',
    ],
    [
      'a deleted copy in a two-way pair takes its original along',
      { link: link(), twoWay: true, copy: 'missing' },
      'delete-original: copy-deleted',
    ],
    [
      'an original that changed since is not deleted with its copy',
      { link: link(), twoWay: true, copy: 'missing', originalSame: false },
      'create: edit-beats-deletion',
    ],
    [
      'a meeting is not deleted with its copy',
      { original: event({ attendees: [{ email: 'bob@rival.example' }] }), link: link(), twoWay: true, copy: 'missing' },
      'create: meeting-kept',
    ],
    [
      'an original that is gone is made anew from its edited copy',
      { original: undefined, link: link(), twoWay: true, copy: 'changed', givesBack: true },
      'restore: edit-beats-deletion',
    ],
    [
      'an original that is gone takes a copy along that was changed in nothing of its own',
      { original: undefined, link: link(), twoWay: true, copy: 'changed' },
      'delete: original-gone',
    ],
    [
      'a change that the copy does not show is noted in a two-way pair',
      { link: link(), twoWay: true, originalSame: false },
      'note: hidden-change',
    ],
    [
      'a change that the copy does not show is nothing one-way',
      { link: link(), originalSame: false },
      'nothing: in-step',
    ],
    [
      'a copy that its user made a meeting stays theirs',
      { link: link(), copy: 'meeting' },
      'dismiss: copy-became-meeting',
    ],
    [
      'an original that moves after its copy became a meeting gets a new copy',
      { link: link(), copy: 'meeting', timeSame: false, projectionSame: false },
      'create: time-changed',
    ],
    ['an unknown id that is gone means nothing', { original: undefined }, 'nothing: never-copied'],
    ['a copy whose original aged stays as history', { original: undefined, link: link(long_ago) }, 'forget: aged'],
    [
      'a cancelled original takes its copy along',
      { original: event({ cancelled: true }), link: link() },
      'delete: cancelled',
    ],
    [
      'a declined original takes its copy along',
      { original: event({ response: 'declined' }), link: link() },
      'delete: declined',
    ],
    ['a declined original is not copied', { original: event({ response: 'declined' }) }, 'nothing: declined'],
    ['a working location is not copied', { original: event({ kind: 'workingLocation' }) }, 'nothing: working-location'],
    ['a birthday is not copied', { original: event({ kind: 'birthday' }) }, 'nothing: birthday'],
    ['a free event is copied', { original: event({ showAs: 'free' }) }, 'create: new'],
    [
      'a free event is skipped on request',
      { original: event({ showAs: 'free' }), options: { ...open, skipFree: true } },
      'nothing: free-skipped',
    ],
    ['a meeting that the target holds itself is not copied', { sameMeeting: true }, 'nothing: same-meeting'],
    [
      'a meeting that the target got itself loses its copy',
      { sameMeeting: true, link: link() },
      'delete: same-meeting',
    ],
    [
      "a copy is nobody's original",
      { original: event({ marker: { routeId: 'r', origin: 'o', generation: 0, genuine: false } }) },
      'nothing: is-a-copy',
    ],
    ['an unwanted copy stays away', { link: link({ state: 'dismissed' }) }, 'nothing: dismissed'],
    [
      'an unwanted copy stays away when only words change',
      { link: link({ state: 'dismissed' }), projectionSame: false },
      'nothing: dismissed',
    ],
    [
      'an unwanted copy returns when the time changes',
      { link: link({ state: 'dismissed' }), timeSame: false },
      'create: time-changed',
    ],
    ['a copy that the user deleted is dismissed', { link: link(), copy: 'missing' }, 'dismiss: copy-deleted-by-user'],
    [
      'a deleted copy of a moved original is made anew',
      { link: link(), copy: 'missing', timeSame: false },
      'create: time-changed',
    ],
    ['a refused event is not tried again as it is', { link: link({ state: 'refused' }) }, 'nothing: refused-before'],
    [
      'a refused event is tried again when it changed',
      { link: link({ state: 'refused' }), projectionSame: false },
      'create: changed-since-refusal',
    ],
    ['an original that returned is copied again', { link: link({ state: 'gone' }) }, 'create: new'],
    [
      'a dismissed link of a deleted original is retired',
      { original: undefined, link: link({ state: 'dismissed' }) },
      'retire: original-gone',
    ],
  ])('%s', (_, situation, expected) => {
    expect(judged(situation)).toBe(expected);
  });

  it('deletes the copy of an original that moved out of the window into the future', () => {
    const start = window.end + 1;
    const original = event({ span: { kind: 'timed', start, end: start + 1, zone: 'UTC' } });
    expect(judged({ original, link: link(), timeSame: false })).toBe('delete: outside-window');
  });
});
