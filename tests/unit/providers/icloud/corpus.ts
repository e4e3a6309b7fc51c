import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of real iCalendar files, beside the project; tests that read them run where it is. */
export const corpus =
  process.env.HETK_CORPUS ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));

/** The files by their paths within the folder; none where it is absent. */
export const corpusFiles: readonly string[] = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ics'))
      .map((entry) => relative(corpus, join(entry.parentPath, entry.name)))
      .sort()
  : [];
