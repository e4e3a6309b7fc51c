import type { SimInstance } from '../../../local/core/core.ts';
import { instantOf } from '../../../local/core/expansion.ts';
import type { ServiceName } from '../harness/services.ts';
import { markShape } from '../world/events.ts';
import type { KnownRoute } from '../world/people.ts';

/**
 * What a route's target must show for one original, by the rules as the design states them. Slow and obvious, and on purpose without any of the
 * engine's own code.
 */

const DAY = 86_400_000;

export interface Expected {
  readonly original: SimInstance;
  readonly startMs: number;
  readonly endMs: number;
  readonly allDay: boolean;
  readonly title: string;
  readonly location: string;
  readonly showAs: string;
  readonly sensitivity: string;
  /** The words of the description, sorted; undefined where only marks and addresses are known. */
  readonly words: readonly string[] | undefined;
  /** What must be in the description whatever else is. */
  readonly needed: readonly string[];
}

export interface JudgedSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * The window without a day or two at each end: there it depends on the hour whether an event is in it.
 * @param slid when the window was last moved on, epoch ms
 */
export function certainSpan(now: number, slid: number): JudgedSpan {
  const dayOf = (instant: number) => instant - (instant % DAY);
  return { from: dayOf(now) - 90 * DAY, to: dayOf(slid) + 365 * DAY };
}

export function touches({ startMs, endMs }: Pick<SimInstance, 'startMs' | 'endMs'>, { from, to }: JudgedSpan): boolean {
  return startMs < to && Math.max(endMs, startMs + 1) > from;
}

/** Whether an original is copied at all. `meetings` are those that the target calendar holds itself. */
export function isWanted(instance: SimInstance, route: KnownRoute, meetings: ReadonlySet<string>): boolean {
  const { fields } = instance;
  const owner = route.source.email;
  if (fields.cancelled || instance.event.cancelled) return false;
  const own = fields.attendees.find(({ email }) => sameAddress(email, owner));
  if (own?.response === 'declined' && !isOrganizer(instance, owner)) return false;
  if (fields.extra.eventType === 'birthday' || fields.extra.eventType === 'workingLocation') return false;
  if (route.options.skipFree && stateAt(route.source.service, fields) === 'free') return false;
  return !(isMeeting(instance, owner) && meetings.has(meetingOf(instance)));
}

function isOrganizer({ fields }: SimInstance, owner: string): boolean {
  return fields.organizer === undefined || sameAddress(fields.organizer.email, owner);
}

function isMeeting(instance: SimInstance, owner: string): boolean {
  return invitedBy(instance, owner).length > 0 || !isOrganizer(instance, owner);
}

/** Everybody who was invited but the owner of the calendar. */
function invitedBy({ fields }: SimInstance, owner: string): string[] {
  return fields.attendees.map(({ email }) => email).filter((email) => !sameAddress(email, owner));
}

/** The same meeting has the same name in every calendar: its iCalUId, and of a series which occurrence. */
export function meetingOf({ event, originalStart }: SimInstance): string {
  return `${event.iCalUId} ${originalStart === undefined ? '' : instantOf(originalStart, event.time)}`;
}

export function expectedCopy(instance: SimInstance, route: KnownRoute): Expected {
  const { fields } = instance;
  const { options, source, target } = route;
  const { startMs, endMs } = seenTimes(instance);
  const showAs = options.showAs === 'keep' ? stateAt(source.service, fields) : options.showAs;
  const when = { original: instance, startMs, endMs, allDay: fields.time.allDay, showAs };
  if (options.markPrivate) {
    return { ...when, title: 'Busy', location: '', sensitivity: 'private', words: [], needed: [] };
  }
  const invited = invitedBy(instance, source.email);
  const own = options.transformIdentity ? target.email : source.email;
  const addresses = isOrganizer(instance, source.email) ? invited : [...invited, own];
  const footer = addresses.length > 0 ? ['Attendees', ...addresses] : [];
  const words = [...wordsOf(fields.description), ...footer];
  const joins = joinLink.test(fields.description);
  return {
    ...when,
    title: squeezed(fields.title),
    location: squeezed(fields.location),
    sensitivity: sensitivityAt(source.service, fields),
    words: joins ? undefined : words.sort(),
    needed: [...(fields.description.match(markShape) ?? []), ...addresses],
  };
}

/** When an event is as its service tells it: by the wall clock, which in an autumn hour means the first pass. */
function seenTimes({ fields: { time } }: SimInstance): { startMs: number; endMs: number } {
  return { startMs: instantOf(time.start, time), endMs: instantOf(time.end, time) };
}

/** In what a copy differs from what is expected. */
export function differences(wanted: Expected, copy: SimInstance, service: ServiceName): string[] {
  const { fields } = copy;
  const { startMs, endMs } = seenTimes(copy);
  const words = wordsOf(fields.description).sort();
  const shown: [string, unknown, unknown][] = [
    ['title', squeezed(fields.title), wanted.title],
    ['start', startMs, wanted.startMs],
    // In the hour that comes twice an event may seem to end before it begins, and services do not agree how long it takes.
    ['end', wanted.endMs > wanted.startMs ? endMs : wanted.endMs, wanted.endMs],
    ['all-day', fields.time.allDay, wanted.allDay],
    ['showAs', showsAs(copy, service), wanted.showAs],
    ['sensitivity', sensitivityAt(service, fields), wanted.sensitivity],
    ['location', squeezed(fields.location), wanted.location],
    ['description', words.join(' '), wanted.words?.join(' ') ?? words.join(' ')],
    ['words', wanted.needed.filter((word) => !fields.description.includes(word)).join(' '), ''],
    ['join link', joinLink.test(fields.description) || joinLink.test(fields.location), false],
  ];
  return shown.flatMap(([name, is, should]) => (is === should ? [] : [`${name} (${is}, not ${should})`]));
}

/** The state of an event as its service tells it: Google knows three, and that somebody is out of office by the kind of event. */
function stateAt(service: ServiceName, { showAs, extra }: SimInstance['fields']): string {
  if (service !== 'google' || showAs === 'free') return showAs;
  if (showAs === 'tentative') return showAs;
  // Where Hetk wrote such a state back it left word of it.
  return extra.eventType === 'outOfOffice' ? 'oof' : (beyond(extra) ?? 'busy');
}

/** Google tells private from public only; what a copy is beyond that rides along, as long as it is not public. */
function sensitivityAt(service: ServiceName, { sensitivity, extra }: SimInstance['fields']): string {
  const said = sensitivity === 'personal' ? 'private' : sensitivity;
  if (service !== 'google' || said === 'normal') return said;
  const rides = /"hetkSensitivity":"(\w+)"/.exec(JSON.stringify(extra))?.[1];
  return rides === 'personal' ? 'private' : (rides ?? said);
}

function beyond(extra: SimInstance['fields']['extra']): string | undefined {
  return /"hetkShowAs":"(\w+)"/.exec(JSON.stringify(extra))?.[1];
}

/** What Google has no word for rides in a private property. */
function showsAs({ fields }: SimInstance, service: ServiceName): string {
  if (service !== 'google' || fields.showAs === 'free') return fields.showAs;
  return beyond(fields.extra) ?? fields.showAs;
}

const joinLink = /https?:\/\/\S*(?:teams\.microsoft\.com|meet\.google\.com|zoom\.us|webex\.com)/i;

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
    .filter((word) => word !== '');
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
