import type { CalendarRef } from '../provider.ts';
import type { DavAnswer } from './answer.ts';
import type { IcloudClient } from './client.ts';
import { quotedEtag } from './etags.ts';
import { conditionsIn, isSuccess, multistatusIn } from './multistatus.ts';

/** What a PUT or DELETE may only do on. There is no other way to write: without a condition somebody's edit would be lost. */
export type Condition = { readonly ifNew: true } | { readonly etag: string };

/** What really came of a write, whatever the status line says. */
export interface Written extends DavAnswer {
  readonly ok: boolean;
  /** Names of the conditions that failed, as `no-uid-conflict`. */
  readonly conditions: readonly string[];
}

/** Stores the whole of a resource. @throws ProviderError when no answer came */
export function putResource(
  client: IcloudClient,
  calendar: CalendarRef,
  path: string,
  text: string,
  condition: Condition,
): Promise<Written> {
  return send(client, calendar, { method: 'PUT', path, body: text, ...conditionOf(condition) });
}

/** @throws ProviderError when no answer came */
export function deleteResource(
  client: IcloudClient,
  calendar: CalendarRef,
  path: string,
  etag: string,
): Promise<Written> {
  return send(client, calendar, { method: 'DELETE', path, ...conditionOf({ etag }) });
}

function conditionOf(condition: Condition): { ifNew: true } | { ifMatch: string } {
  return 'ifNew' in condition ? condition : { ifMatch: quotedEtag(condition.etag) };
}

async function send(
  client: IcloudClient,
  calendar: CalendarRef,
  request: Parameters<IcloudClient['dav']['send']>[1],
): Promise<Written> {
  const answer = await client.dav.send(calendar.accountId, request);
  const status = answer.status === 207 ? innerStatus(answer, client.dav.root, request.path) : answer.status;
  const ok = isSuccess(status);
  return { ...answer, status, ok, conditions: ok ? [] : conditionsIn(answer.text) };
}

/** Xandikos answers 207 to a PUT that failed, with the status of the failure inside. */
function innerStatus({ text }: DavAnswer, root: string, path: string): number {
  const { responses } = multistatusIn(text, { root, path });
  return Math.max(...responses.map(({ status }) => status), 0) || 500;
}
