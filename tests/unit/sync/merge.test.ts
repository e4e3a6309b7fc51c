import { describe, expect, it } from '@jest/globals';
import type { CalendarEvent } from '../../../shared/calendar/event.ts';
import type { ContentField } from '../../../shared/calendar/fingerprint.ts';
import { mergeTwins } from '../../../shared/sync/merge.ts';
import { project } from '../../../shared/sync/projection.ts';
import { event, open } from './builders.ts';

const ends = { sourceEmail: 'ann@work.example', targetEmail: 'ann@home.example' };

interface Side {
  readonly event: Partial<CalendarEvent>;
  readonly edits: readonly ContentField[];
}

function merged(original: Side, copy: Side) {
  const [left, right] = [event(original.event), event(copy.event)];
  const projected = project(left, open, ends);
  return mergeTwins(
    { original: left, originalEdits: original.edits, copy: right, copyEdits: copy.edits, projected },
    open,
  );
}

describe('merging the two twins of a pair', () => {
  it('takes over what only the copy changed, and leaves what only the original changed', () => {
    const copy = { event: { title: 'Dentist', location: 'There', modifiedAt: 1 }, edits: ['location'] as const };
    const original = { event: { title: 'Changed here', modifiedAt: 9 }, edits: ['title'] as const };
    expect(merged(original, copy)).toEqual({ location: 'There' });
  });

  it('gives a field that both changed to the later modification, and to the original where neither is later', () => {
    const at = (here: number, there: number) =>
      merged(
        { event: { title: 'Here', modifiedAt: here }, edits: ['title'] },
        { event: { title: 'There', modifiedAt: there }, edits: ['title'] },
      );
    expect(at(1, 2)).toEqual({ title: 'There' });
    expect(at(2, 1)).toEqual({});
    expect(at(2, 2)).toEqual({});
  });

  it('writes nothing where both sides say the same by now', () => {
    const both = { event: { title: 'Same', modifiedAt: 5 }, edits: ['title'] as const };
    expect(merged(both, { ...both, event: { title: 'Same', modifiedAt: 6 } })).toEqual({});
  });

  it('keeps the zone of the original when the copy moves', () => {
    const span = { kind: 'timed', start: 1_800_000_000_000, end: 1_800_003_600_000, zone: 'UTC' } as const;
    const changes = merged({ event: {}, edits: [] }, { event: { span }, edits: ['span'] });
    expect(changes.span).toEqual({ ...span, zone: 'Europe/Vienna' });
  });

  it('does not take what a service cut short for an edit', () => {
    const title = 'A very long title. '.repeat(40);
    const cut = (text: string) => merged({ event: { title }, edits: [] }, { event: { title: text }, edits: ['title'] });
    expect(cut(title.slice(0, 255))).toEqual({});
    expect(cut(`${title.slice(0, 254)}…`)).toEqual({});
    expect(cut('A very long title.')).toEqual({ title: 'A very long title.' });
  });
});
