import { newId } from '../../platform/random.ts';
import { cappedText } from '../cappedText.ts';
import { ProviderError } from '../errors.ts';
import { type Answer, failureOf } from './answer.ts';
import { batchAnswers, batchBody } from './batch.ts';
import type { GoogleRequest } from './describe.ts';
import type { GoogleNeeds } from './settings.ts';
import type { AccessTokens } from './tokens.ts';

/** Sends requests in an account's name; what the answers mean is said elsewhere (`answer.ts`). */
export interface Sender {
  /** @throws unavailable when no answer came; as `AccessTokens.of` */
  send(accountId: string, request: GoogleRequest): Promise<Answer>;
  /**
   * Up to 50 requests in one, answered by position; a single one goes by itself. Requests whose answer is missing are answered with
   * status 503: nothing is known about them.
   * @throws ProviderError when the batch as a whole failed
   */
  sendAll(accountId: string, requests: readonly GoogleRequest[]): Promise<Answer[]>;
}

interface Received extends Answer {
  readonly contentType: string;
}

/** Bytes. */
const bodyLimit = 64 * 1024 * 1024;

const missing: Answer = { status: 503, retryAfter: undefined, text: '' };

export function createSender(needs: GoogleNeeds, tokens: AccessTokens): Sender {
  const { settings, clock, random } = needs;

  async function transmit(
    path: string,
    token: string,
    init: { method: string; body?: string; headers: Record<string, string> },
  ): Promise<Received> {
    try {
      const response = await needs.fetch(settings.apiRoot + path, {
        ...init,
        // What people wrote goes to Google and nowhere else, whoever says so.
        redirect: 'error',
        headers: { ...init.headers, authorization: `Bearer ${token}` },
      });
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after') ?? undefined,
        contentType: response.headers.get('content-type') ?? '',
        text: await cappedText(response, bodyLimit),
      };
    } catch (cause) {
      if (cause instanceof ProviderError) throw cause;
      throw new ProviderError('unavailable', 'Google Calendar could not be reached.', { code: 'network', cause });
    }
  }

  /** Once more with a fresh token where the first was refused: Google did nothing then. */
  async function authorized<T>(
    accountId: string,
    attempt: (token: string) => Promise<T>,
    refused: (result: T) => boolean,
  ): Promise<T> {
    const token = await tokens.of(accountId);
    const result = await attempt(token);
    return refused(result) ? attempt(await tokens.insteadOf(accountId, token)) : result;
  }

  function sendOne(accountId: string, request: GoogleRequest): Promise<Answer> {
    const init = {
      method: request.method,
      ...(request.body !== undefined && { body: request.body }),
      headers: {
        accept: 'application/json',
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...(request.ifMatch && { 'if-match': request.ifMatch }),
      },
    };
    return authorized(accountId, (token) => transmit(request.path, token, init), isRefused);
  }

  async function sendBatch(accountId: string, requests: readonly GoogleRequest[]): Promise<Answer[]> {
    const boundary = `hetk-${newId(random)}`;
    const init = {
      method: 'POST',
      body: batchBody(requests, boundary),
      headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    };
    const received = await authorized(accountId, (token) => transmit('/batch/calendar/v3', token, init), isRefused);
    if (received.status !== 200) throw failureOf(received, 'account', clock.now());
    const answers = batchAnswers(received.contentType, received.text, requests.length);
    if (!answers) throw new ProviderError('malformed', 'Google answered a batch with something else.', { status: 200 });
    return answers.map((answer) => answer ?? missing);
  }

  return {
    send: sendOne,
    async sendAll(accountId, requests) {
      const [first] = requests;
      if (!first) return [];
      if (requests.length === 1) return [await sendOne(accountId, first)];
      const answers = await sendBatch(accountId, requests);
      for (const [index, request] of requests.entries()) {
        if (answers[index]?.status === 401) answers[index] = await sendOne(accountId, request);
      }
      return answers;
    },
  };
}

function isRefused({ status }: Answer): boolean {
  return status === 401;
}
