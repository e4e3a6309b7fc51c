import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { reportOn } from '../../../local/expand/report.ts';
import { componentsNamed, linesNamed, readTree, textOf } from '../../../shared/providers/icloud/contentLines.ts';
import { corpus, corpusFiles } from '../../unit/providers/icloud/corpus.ts';

const [from, to] = ['1995-01-01', '2031-01-01'];

if (corpusFiles.length === 0) console.warn(`Skipped: real iCalendar files. There are none in ${corpus} (HETK_CORPUS).`);
const describeFiles = corpusFiles.length === 0 ? describe.skip : describe;

describeFiles('every real iCalendar file', () => {
  it.each(corpusFiles.map((file) => [file]))('is expanded or reported: %s', async (file) => {
    const text = await readFile(join(corpus, file), 'utf8');
    const { instances, problems } = reportOn(text, from, to);
    for (const { start, end, allDay } of instances) {
      expect(start).toMatch(allDay ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/);
      expect(end >= start || !allDay).toBe(true);
    }
    const identities = instances
      .filter(({ uid }) => uid !== '')
      .map(({ uid, recurrenceId }) => `${uid}\n${recurrenceId ?? ''}`);
    expect(new Set(identities).size).toBe(identities.length);
    for (const { reason } of problems) expect(reason).toMatch(/^[\w ,;:’.'-]{5,90}$/);
    // No event is passed over in silence: it is shown, or reported, or lies outside of these years, or was taken out.
    const seen = new Set([...instances, ...problems].map(({ uid }) => uid ?? ''));
    for (const event of componentsNamed(readTree(text).roots, 'VEVENT')) {
      const isOutside = !/^(199[5-9]|20[0-2]\d)/.test(textOf(event, 'DTSTART'));
      const isTakenOut = textOf(event, 'STATUS') === 'CANCELLED' || linesNamed(event, 'EXDATE').length > 0;
      if (!isOutside && !isTakenOut) expect(seen).toContain(textOf(event, 'UID').trim());
    }
  });
});
