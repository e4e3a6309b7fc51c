import { expand } from '../../shared/providers/icloud/expand.ts';

/**
 * A process of its own: what expanding one old endless daily rule costs it the first time and later, in ms of processor time. Prints one JSON object.
 */

/** As the engine asks: 3 months back, 12 ahead. */
const window = { start: Date.parse('2026-08-23T00:00:00Z'), end: Date.parse('2027-11-25T00:00:00Z') };
const INSTANCES = 459;

const plain = eventOf('DTSTART;TZID=America/New_York:20261201T090000', 'DTEND;TZID=America/New_York:20261201T100000');
const oldAndEndless = eventOf(
  'DTSTART;TZID=Europe/Vienna:19900101T090000',
  'DTEND;TZID=Europe/Vienna:19900101T100000',
  'RRULE:FREQ=DAILY',
);

function eventOf(...lines: readonly string[]): string {
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Bench//EN', 'BEGIN:VEVENT'];
  const event = ['UID:daily@example.com', 'DTSTAMP:19900101T000000Z', ...lines, 'SUMMARY:Daily', 'END:VEVENT'];
  return [...head, ...event, 'END:VCALENDAR', ''].join('\r\n');
}

function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function expandTo(count: number, text: string): void {
  const { instances } = expand(text, window);
  if (instances.length !== count) throw new Error(`There are ${instances.length} instances, not ${count}.`);
}
const expandRule = () => expandTo(INSTANCES, oldAndEndless);

// Node reads its own data about languages and zones when the first formatter is made, whoever makes it.
const formatter = cost(() => void new Intl.DateTimeFormat('en', { timeZone: 'America/New_York' }));
const anything = cost(() => expandTo(1, plain));
const first = cost(expandRule);
const second = cost(expandRule);
for (let turn = 0; turn < 50; turn += 1) expandRule();
const warm = cost(() => {
  for (let turn = 0; turn < 20; turn += 1) expandRule();
});
console.log(JSON.stringify({ formatter, anything, first, second, warm: warm / 20 }));
