import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CalendarEvent, EventContent, Person, Span } from '../../../shared/calendar/event.ts';
import { contentFields, normalForms } from '../../../shared/calendar/fingerprint.ts';
import { holdsJoinLinks } from '../../../shared/calendar/joinLinks.ts';
import { richFromHtml, richFromPlain } from '../../../shared/calendar/text.ts';
import type { RouteOptions } from '../../../shared/stores/stores.ts';
import { contentRestored, flowsBack, project, unproject } from '../../../shared/sync/projection.ts';
import { event } from './builders.ts';

/** The projection and its inverse, held to their laws on whatever contents and options chance brings. */

const ends = { sourceEmail: 'ann@work.example', targetEmail: 'ann@home.example' };
const runs = { numRuns: 400 };

const joinLinks = [
  'https://meet.google.com/abc-defg-hij',
  'https://teams.microsoft.com/l/meetup-join/19%3a1',
  'https://zoom.us/j/123',
];
const zones = ['Europe/Vienna', 'America/New_York', 'Pacific/Auckland', 'UTC'];

const minutes = fc.integer({ min: 29_000_000, max: 30_500_000 });
const span: fc.Arbitrary<Span> = fc.oneof(
  fc.tuple(minutes, fc.integer({ min: 0, max: 3000 }), fc.constantFrom(...zones)).map(([start, length, zone]) => ({
    kind: 'timed' as const,
    start: start * 60_000,
    end: (start + length) * 60_000,
    zone,
  })),
  fc.tuple(fc.integer({ min: 20_000, max: 21_000 }), fc.integer({ min: 1, max: 5 })).map(([day, length]) => {
    const date = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);
    return { kind: 'all-day' as const, start: date(day), end: date(day + length) };
  }),
);
const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const description = fc.oneof(
  fc.constant(''),
  words.map(richFromPlain),
  fc.tuple(words, words).map(([a, b]) => richFromPlain(`${a}\n${b}`)),
  fc.constant(richFromHtml('<p>See <a href="https://example.com/a?b=c">this</a></p><ul><li>One</li></ul>')),
  fc.constantFrom(...joinLinks).map((link) => richFromPlain(`Agenda\n${link}`)),
);
const location = fc.oneof(words, fc.constantFrom(...joinLinks), fc.constant('Room 4'));
const content: fc.Arbitrary<EventContent> = fc.record({
  title: words,
  description,
  location,
  span,
  showAs: fc.constantFrom('free', 'tentative', 'busy', 'oof', 'workingElsewhere'),
  sensitivity: fc.constantFrom('normal', 'personal', 'private', 'confidential'),
});
const attendees: fc.Arbitrary<Person[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Person[]>([]) },
  { weight: 1, arbitrary: fc.constant<Person[]>([{ email: 'bob@rival.example' }]) },
);
const original: fc.Arbitrary<CalendarEvent> = fc
  .tuple(content, attendees, fc.boolean())
  .map(([fields, people, organizes]) =>
    event({ ...fields, attendees: people, isOrganizer: people.length === 0 || organizes }),
  );
const options: fc.Arbitrary<RouteOptions> = fc.record({
  markPrivate: fc.boolean(),
  showAs: fc.constantFrom('keep', 'busy', 'free', 'tentative', 'oof'),
  skipFree: fc.boolean(),
  transformIdentity: fc.boolean(),
});

describe('the projection and its inverse', () => {
  it('writing back an unedited copy changes nothing, whatever is said to have been edited', () => {
    fc.assert(
      fc.property(original, options, (original, options) => {
        expect(unproject(original, project(original, options, ends), contentFields, options)).toEqual({});
      }),
      runs,
    );
  });

  it('what is written back is what projecting again shows', () => {
    fc.assert(
      fc.property(original, options, content, (original, options, edited) => {
        fc.pre(original.attendees.length === 0 && original.isOrganizer);
        const changes = unproject(original, edited, contentFields, options);
        const shown = normalForms(project({ ...original, ...changes }, options, ends));
        // A join link that somebody pastes into a copy goes to the original, and no copy shows it.
        const wanted = normalForms(project(event(edited), { ...options, markPrivate: false, showAs: 'keep' }, ends));
        for (const field of flowsBack(options)) {
          if ((field === 'description' || field === 'location') && holdsJoinLinks(original[field])) continue;
          const at = contentFields.indexOf(field);
          expect([field, shown[at]]).toEqual([field, wanted[at]]);
        }
      }),
      runs,
    );
  });

  it('only what was edited is written back', () => {
    fc.assert(
      fc.property(original, options, content, fc.subarray([...contentFields]), (original, options, edited, fields) => {
        for (const field of Object.keys(unproject(original, edited, fields, options))) expect(fields).toContain(field);
      }),
      runs,
    );
  });

  it('what the route hides is never changed', () => {
    fc.assert(
      fc.property(original, options, content, (original, options, edited) => {
        const changes = unproject(original, edited, contentFields, options);
        if (options.markPrivate)
          expect(Object.keys(changes)).toEqual(
            expect.not.arrayContaining(['title', 'description', 'location', 'sensitivity']),
          );
        if (options.showAs !== 'keep') expect(changes).not.toHaveProperty('showAs');
        for (const field of ['description', 'location'] as const)
          if (holdsJoinLinks(original[field])) expect(changes).not.toHaveProperty(field);
      }),
      runs,
    );
  });

  it('nothing is ever written into a meeting', () => {
    fc.assert(
      fc.property(original, options, content, (original, options, edited) => {
        fc.pre(original.attendees.length > 0 || !original.isOrganizer);
        expect(unproject(original, edited, contentFields, options)).toEqual({});
      }),
      runs,
    );
  });

  it('an original made anew from an open copy projects to that copy', () => {
    fc.assert(
      fc.property(original, (original) => {
        const open = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false } as const;
        fc.pre(original.attendees.length === 0);
        const copy = project(original, open, ends);
        expect(normalForms(project(event(contentRestored(copy)), open, ends))).toEqual(normalForms(copy));
      }),
      runs,
    );
  });

  it('a list of attendees that Hetk wrote does not come back, and a line of other words does', () => {
    const plain = event();
    const open = { markPrivate: false, showAs: 'keep' } as const;
    const said = (description: string) =>
      unproject(plain, { ...plain, description }, ['description'], open).description;
    expect(said('<p>Notes</p><p>Attendees: bob@rival.example, ann@work.example</p>')).toBe('<p>Notes</p>');
    expect(said('Notes<br>Attendees: bob@rival.example')).toBe('Notes');
    expect(said('<p>Notes</p><p>Attendees: all of us</p>')).toBe('<p>Notes</p><p>Attendees: all of us</p>');
  });
});
