import type { ShownInstance } from './simulator.ts';

/**
 * What the target calendar must show, worked out from what the source shows by the rules as the documentation states them. Slow and obvious, and
 * on purpose without any of the engine's own code: it is the judge.
 */

const DAY = 86_400_000;

export interface JudgedSpan {
  readonly from: number;
  readonly to: number;
}

/** Three months back to twelve ahead, on whole UTC days. */
export function judgedSpan(now: number): JudgedSpan {
  const today = now - (now % DAY);
  return { from: today - 92 * DAY, to: today + 367 * DAY };
}

interface Expected {
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly allDay: boolean;
  readonly free: boolean;
  readonly sensitivity: string;
  readonly location: string;
  /** Words that must stand in the description. */
  readonly words: readonly string[];
  /** Nothing may stand in the description. */
  readonly bare: boolean;
}

/** @returns what is wrong, one line each; empty when the target is right */
export function judge(
  source: readonly ShownInstance[],
  target: readonly ShownInstance[],
  owner: string,
  now: number,
  markedPrivate = false,
): { expected: number; faults: string[] } {
  const span = judgedSpan(now);
  const wanted = source
    .filter((instance) => isWanted(instance, owner, span))
    .map((instance) => (markedPrivate ? hidden(expectedCopy(instance, owner)) : expectedCopy(instance, owner)));
  const faults: string[] = [];
  const left = target.filter((instance) => !instance.cancelled && touches(instance, span));
  for (const copy of wanted) {
    const index = left.findIndex((candidate) => differences(copy, candidate).length === 0);
    if (index >= 0) {
      left.splice(index, 1);
      continue;
    }
    const near = left.find((candidate) => candidate.start === copy.start);
    faults.push(
      `missing: ${copy.start} (${near ? `differs in ${differences(copy, near).join(', ')}` : 'nothing at that time'})`,
    );
  }
  for (const extra of left) faults.push(`extra: ${extra.start}`);
  for (const copy of target) {
    if (copy.attendees.length > 0) faults.push(`attendees on a copy: ${copy.start}`);
    if (copy.reminderMinutes !== undefined) faults.push(`a reminder on a copy: ${copy.start}`);
  }
  return { expected: wanted.length, faults };
}

function isWanted(instance: ShownInstance, owner: string, span: JudgedSpan): boolean {
  const declined = instance.attendees.some(
    ({ email, response }) => email.toLowerCase() === owner.toLowerCase() && response === 'declined',
  );
  return !instance.cancelled && !declined && touches(instance, span);
}

function touches(instance: ShownInstance, { from, to }: JudgedSpan): boolean {
  const start = Date.parse(instance.start);
  return start < to && Math.max(Date.parse(instance.end), start + 1) > from;
}

/** Of a route that marks as private, only the time and the state are seen. */
function hidden(copy: Expected): Expected {
  return { ...copy, title: 'Busy', location: '', sensitivity: 'private', words: [], bare: true };
}

const joinUrl = /https?:\/\/\S*(teams\.microsoft\.com|meet\.google\.com|zoom\.us|webex\.com)\S*/gi;

function expectedCopy(instance: ShownInstance, owner: string): Expected {
  const invited = instance.attendees
    .map(({ email }) => email)
    .filter((email) => email.toLowerCase() !== owner.toLowerCase());
  return {
    title: squeezed(instance.title),
    start: instance.start,
    end: instance.end,
    allDay: instance.time.allDay,
    free: instance.showAs === 'free',
    sensitivity: instance.sensitivity === 'personal' ? 'private' : instance.sensitivity,
    location: squeezed(instance.location.replace(joinUrl, '')),
    words: [...wordsOf(instance.description.replace(joinUrl, ' ')), ...invited],
    bare: false,
  };
}

function differences(wanted: Expected, shown: ShownInstance): string[] {
  const words = new Set(wordsOf(shown.description));
  const text = shown.description.toLowerCase();
  const checks: [string, boolean][] = [
    ['title', squeezed(shown.title) === wanted.title],
    ['start', shown.start === wanted.start],
    [
      'end',
      shown.end === wanted.end ||
        (wanted.start === wanted.end && Date.parse(shown.end) - Date.parse(shown.start) <= 60_000),
    ],
    ['all-day', shown.time.allDay === wanted.allDay],
    ['free or busy', (shown.showAs === 'free') === wanted.free],
    ['sensitivity', shown.sensitivity === wanted.sensitivity],
    ['location', squeezed(shown.location) === wanted.location],
    ['description', wanted.words.every((word) => words.has(word) || text.includes(word.toLowerCase()))],
    ['hidden description', !wanted.bare || words.size === 0],
    ['join link', !new RegExp(joinUrl.source, 'i').test(shown.description + shown.location)],
  ];
  return checks.flatMap(([name, right]) => (right ? [] : [name]));
}

/** The plain words of a text or of HTML, without any markup. */
function wordsOf(text: string): string[] {
  return text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .split(/[^\p{L}\p{N}@.]+/u)
    .filter((word) => word.length > 2);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
