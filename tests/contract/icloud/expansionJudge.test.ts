import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { type Line, reportOn } from '../../../local/expand/report.ts';
import { read } from '../../../shared/providers/icloud/contentLines.ts';
import { instancesOf } from '../../../shared/providers/icloud/rule.ts';
import { ruleFrom } from '../../../shared/providers/icloud/ruleText.ts';
import { DAY_MS, wallFrom, wallText } from '../../../shared/providers/icloud/wall.ts';
import { describeUnless } from '../../need.ts';
import { corpus, corpusFiles } from '../../unit/providers/icloud/corpus.ts';
import { missingJudge, runPython } from '../../unit/providers/icloud/python.ts';
import { randomRule } from '../../unit/providers/icloud/rules.ts';

const [from, to] = ['1995-01-01', '2031-01-01'];

/** Where the judge (recurring_ical_events 2.0.1 on icalendar 4.0.3) is wrong, and why. */
const judgeIsWrong: Readonly<Record<string, string>> = {
  'icalendar/invalid_duration.ics': 'a DURATION of 10^18 weeks is dropped and the event shown as one of no length',
  'icalendar/issue_1081_invalid_rrule_freq.ics':
    'a rule that cannot be read is dropped and the series shown as a single event',
  'icalendar/issue_165_missing_event.ics': 'a rule with blanks in BYDAY is dropped',
  'icalendar/issue_313_globally_unique_tzid.ics': 'IANA names behind a vendor’s prefix are not recognised',
  'icalendar/issue_466_convert_tzid_with_slash.ics': 'IANA names behind a vendor’s prefix are not recognised',
  'icalendar/rfc_7529.ics': 'a rule in the Hebrew calendar is dropped and the series shown as a single event',
  'icaljs/rdate_exdate.ics': 'an EXDATE that is a date takes no occurrence of that day out',
  'node-ical/Office-2012-owa.ics': 'zones as Outlook shows them are not recognised',
  'node-ical/music-school-weekly-until.ics': 'the zone (GMT +01:00) is not recognised',
  'node-ical/non-utc-until-ny.ics': 'UNTIL without zone is read in UTC, so the last occurrence is missing',
  'node-ical/recurrence-sequence.ics':
    'overrides are kept by day: two of one day replace each other and the occurrence',
  'node-ical/test_date_duration.ics': 'DURATION:PT1W is dropped',
  'node-ical/tv-show-episode.ics':
    'two events of one UID and time are both shown; here the later counts, and it is reported',
  'node-ical/windows-quoted-tz-rrule.ics': 'a zone as Outlook shows it is not recognised, and the end is in another',
};

const verdict = z.object({
  file: z.string(),
  instances: z.array(z.string()).default([]),
  givenUp: z.array(z.string()).default([]),
  error: z.string().optional(),
});
type Verdict = z.infer<typeof verdict>;

describeUnless(missingJudge, 'an independent judge of recurrence', () => {
  const verdicts = new Map<string, Verdict>();
  beforeAll(() => {
    if (corpusFiles.length === 0) return;
    for (const line of runPython('judge.py', [from, to, ...corpusFiles], '', corpus)) {
      const one = verdict.parse(line);
      verdicts.set(one.file, one);
    }
  }, 120_000);

  if (corpusFiles.length > 0) {
    it.each(corpusFiles.map((file) => [file]))('finds the same instances in %s', async (file) => {
      const judged = verdicts.get(file);
      expect(judged).toBeDefined();
      if (!judged || judged.error !== undefined) return;
      const { instances } = reportOn(await readFile(join(corpus, file), 'utf8'), from, to);
      const judgeable = (uid: string) => !judged.givenUp.includes(uid);
      const ours = instances.filter(({ uid }) => judgeable(uid)).map(inJudgesWords);
      const theirs = judged.instances.filter((instance) => judgeable(instance.split('|')[0] ?? ''));
      if (judgeIsWrong[file] === undefined) expect(ours.sort()).toEqual(theirs.sort());
      else expect(ours.sort()).not.toEqual(theirs.sort());
    });

    it('judges most of the files', () => {
      const judged = [...verdicts.values()].filter(({ error }) => error === undefined);
      expect(judged.length).toBeGreaterThan(corpusFiles.length * 0.85);
    });
  }

  it('finds the same instances of random rules', () => {
    const ours = ({ rule, start }: { rule: string; start: string }, years: number) => {
      const begin = wallFrom(start) ?? 0;
      const parsed = ruleFrom(read({ property: 'RRULE', text: `RRULE:${rule}` }).values[0]);
      const stretch = { start: begin, from: begin, to: begin + years * 366 * DAY_MS };
      return instancesOf(parsed, stretch, 100_000).walls.map(wallText);
    };
    const rules = fc
      .sample(randomRule, { seed: 20261126, numRuns: 500 })
      .map((sample) => ({ ...sample, end: wallText((wallFrom(sample.start) ?? 0) + 5 * 366 * DAY_MS) }))
      // dateutil goes on to the year 9999 where nothing comes any more.
      .filter((sample) => ours(sample, 15).some((wall) => wall > sample.end));
    expect(rules.length).toBeGreaterThan(300);
    const questions = rules.map(({ rule, start, end }) => `${start} ${rule} ${end}\n`).join('');
    const theirs = runPython('ruleJudge.py', [], questions);
    for (const [index, sample] of rules.entries()) expect([sample, ours(sample, 5)]).toEqual([sample, theirs[index]]);
  }, 120_000);
});

/** UID, start, end and title, times as epoch seconds and floating ones as they are. */
function inJudgesWords({ uid, start, end, summary }: Line): string {
  const time = (text: string) => (/(Z|[+-]\d\d:\d\d)$/.test(text) ? String(Date.parse(text) / 1000) : text);
  return [uid, time(start), time(end), summary].join('|');
}
