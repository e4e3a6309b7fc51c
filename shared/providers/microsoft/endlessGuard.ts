import { ProviderError } from '../errors.ts';

/**
 * A chain of pages that does not end. On calendars with many series Graph may give next links for ever: the same rows come again and
 * again under ever new links (msgraph-sdk-dotnet#3070, #3082).
 */
export class EndlessPages extends ProviderError {
  constructor() {
    super('malformed', 'Microsoft Graph gives pages without end.', { code: 'endless-pages' });
  }
}

const pageLimit = 1_000;

/** @returns a check to call with each page. It throws EndlessPages when a page repeats an earlier one, or after too many. */
export function endlessGuard(): (
  rows: readonly { id: string; '@odata.etag'?: string | null | undefined }[],
  link?: string,
) => void {
  const seen = new Set<string>();
  let pages = 0;
  return (rows, link) => {
    pages += 1;
    const page = JSON.stringify(rows.map((row) => [row.id, row['@odata.etag'] ?? '']).sort());
    const repeated = (rows.length > 0 && seen.has(page)) || (link !== undefined && seen.has(link));
    if (repeated || pages > pageLimit) throw new EndlessPages();
    seen.add(page);
    if (link !== undefined) seen.add(link);
  };
}
