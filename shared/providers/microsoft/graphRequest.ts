import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { cappedText } from '../cappedText.ts';
import { ProviderError } from '../errors.ts';
import { failureOf, type GraphAnswer } from './graphAnswer.ts';
import { retryAfterMs } from './retryAfter.ts';
import type { Tokens } from './tokens.ts';

/**
 * The one door to Graph: sends a request and hands back its raw answer; `graphAnswer.ts` judges answers.
 *
 * Not `@microsoft/microsoft-graph-client` (3.0.7, without a release since 2023): its RetryHandler sleeps in the process and repeats POSTs on
 * 503 and 504, its BatchRequestContent writes URLs that Graph refuses (msgraph-sdk-javascript#1178), it has no timeout, sends no token
 * to a simulator on loopback, and hides the headers of answers that are not JSON. Types come from `@microsoft/microsoft-graph-types`.
 */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version (`/me/calendars`), or a link that Graph gave (`@odata.nextLink`, `@odata.deltaLink`). */
  readonly path: string;
  readonly body?: unknown;
  /** Condition for a write. */
  readonly ifMatch?: string;
  /** Rows per page, a hint to Graph. */
  readonly pageSize?: number;
}

export interface Graph {
  /**
   * @throws unavailable when no answer came, revoked and the like when there is no token; answers of any status are returned.
   */
  send(accountId: string, request: GraphRequest): Promise<GraphAnswer>;
  /**
   * Up to 20 requests in one; answers by position. The items run at most four at a time, as the mailbox allows.
   * @throws ProviderError when the batch as a whole was turned down; `refused` then says nothing about any item
   */
  sendBatch(accountId: string, requests: readonly GraphRequest[]): Promise<GraphAnswer[]>;
}

export const batchSize = 20;
const defaultPageSize = 100;
const bodyLimit = 64 * 1024 * 1024;

const errorBody = z.object({ error: z.object({ code: z.string().regex(/^[\w.:-]{1,100}$/) }) });

const batchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number().int(),
      headers: z.record(z.string(), z.unknown()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});

export function createGraph(needs: {
  /** Origin, without version. */
  readonly root: string;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Gives up by itself on a service that hangs. */
  readonly fetch: typeof globalThis.fetch;
}): Graph {
  const { root, tokens, clock } = needs;

  async function once(token: string, request: GraphRequest): Promise<GraphAnswer> {
    const { status, headers, text } = await transmit(token, request);
    const body = jsonOf(text);
    return {
      status,
      body,
      code: codeOf(status, body),
      retryAfterMs: retryAfterMs(headers.get('retry-after'), clock.now()),
      claims: status === 401 ? claimsChallenge(headers.get('www-authenticate')) : undefined,
    };
  }

  async function transmit(
    token: string,
    request: GraphRequest,
  ): Promise<{ status: number; headers: Headers; text: string }> {
    try {
      const response = await needs.fetch(`${root}/v1.0${belowVersion(request.path)}`, {
        method: request.method,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...headersOf(request) },
        redirect: 'error',
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      return { status: response.status, headers: response.headers, text: await cappedText(response, bodyLimit) };
    } catch (cause) {
      if (cause instanceof ProviderError) throw cause;
      throw new ProviderError('unavailable', 'Microsoft Graph does not answer.', { code: 'no-answer', cause });
    }
  }

  async function send(accountId: string, request: GraphRequest): Promise<GraphAnswer> {
    const token = await tokens.get(accountId);
    const answer = await once(token, request);
    if (answer.status !== 401) return answer;
    // A claims challenge cannot be met by a refresh: it goes back through sign-in, unless that has just happened.
    if (answer.claims && !(await tokens.reconnectedSince(accountId, token))) return answer;
    return once(await tokens.getOtherThan(accountId, token), request);
  }

  return {
    send,
    async sendBatch(accountId, requests) {
      const envelope = await send(accountId, {
        method: 'POST',
        path: '/$batch',
        body: {
          requests: requests.map((request, index) => ({
            id: String(index),
            method: request.method,
            url: belowVersion(request.path),
            headers: headersOf(request),
            ...(request.body === undefined ? {} : { body: request.body }),
          })),
        },
      });
      if (envelope.status !== 200) throw failureOf(envelope);
      const parsed = batchAnswer.safeParse(envelope.body);
      if (!parsed.success)
        throw new ProviderError('malformed', 'Microsoft Graph answered a batch with something else.');
      const responses = new Map(parsed.data.responses.map((response) => [response.id, response]));
      const answers = requests.map((_, index): GraphAnswer => {
        const answer = responses.get(String(index));
        // An item without an answer may or may not have been carried out, like a request that got none.
        if (!answer) return { status: 504, body: undefined, code: 'no-answer-in-batch' };
        const retryAfter = Object.entries(answer.headers ?? {}).find(([name]) => name.toLowerCase() === 'retry-after');
        return {
          status: answer.status,
          body: answer.body,
          code: codeOf(answer.status, answer.body),
          retryAfterMs: retryAfter ? retryAfterMs(String(retryAfter[1]), clock.now()) : undefined,
        };
      });
      // The token was good for the batch and not for the item: by itself it gets a fresh one, and a claims challenge is seen.
      for (const [index, request] of requests.entries()) {
        if (answers[index]?.status === 401) answers[index] = await send(accountId, request);
      }
      return answers;
    },
  };
}

/**
 * Preferences are not encoded in Graph's links, so all of them go with every request. Immutable ids survive a move between calendars; they
 * differ from the usual ones, and one request without the header would bring ids that nothing knows.
 */
function headersOf(request: GraphRequest): Record<string, string> {
  const preferences = [
    'IdType="ImmutableId"',
    'outlook.timezone="UTC"',
    `odata.maxpagesize=${request.pageSize ?? defaultPageSize}`,
  ];
  return {
    Prefer: preferences.join(', '),
    ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(request.ifMatch === undefined ? {} : { 'If-Match': request.ifMatch }),
  };
}

/** A link keeps its path and query only, so that no answer can send the token elsewhere than to the configured root. */
function belowVersion(path: string): string {
  if (path.startsWith('/')) return path;
  const url = URL.canParse(path) ? new URL(path) : undefined;
  const at = path.indexOf('/v1.0/');
  if (!url || at < 0) throw new ProviderError('malformed', 'Microsoft Graph gave a link that is none.');
  return path.slice(at + '/v1.0'.length);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(status: number, body: unknown): string {
  const parsed = errorBody.safeParse(body);
  return parsed.success ? parsed.data.error.code : `http-${status}`;
}

/** `WWW-Authenticate: Bearer …, error="insufficient_claims", claims="<base64>"`. */
function claimsChallenge(header: string | null): string | undefined {
  const encoded = /\bclaims="([^"]+)"/.exec(header ?? '')?.[1];
  if (!encoded) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  return jsonOf(claims) === undefined ? undefined : claims;
}
