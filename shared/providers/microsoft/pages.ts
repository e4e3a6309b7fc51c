import { endlessGuard } from './endlessGuard.ts';
import type { EventRow } from './eventRow.ts';
import { eventPage } from './eventRow.ts';
import { resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';

/**
 * Plain pages of event rows (not delta), to the last one.
 * @throws ProviderError; EndlessPages when they do not end
 */
export async function* eventPages(
  graph: Graph,
  accountId: string,
  path: string,
  pageSize?: number,
): AsyncGenerator<EventRow[], void> {
  const guard = endlessGuard();
  let next: string | undefined = path;
  while (next !== undefined) {
    const answer = await graph.send(accountId, {
      method: 'GET',
      path: next,
      ...(pageSize === undefined ? {} : { pageSize }),
    });
    const page = resultOf(answer, eventPage);
    next = page['@odata.nextLink'];
    guard(page.value, next);
    yield page.value;
  }
}
