import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type Answer, BodyTooLarge, type ConsentRequest, maxBodyBytes } from '../../shared/consent/answer.ts';
import { readBody } from './readBody.ts';

/** The host's request as the handlers see it. The host name that it claims is left behind. */
export function fromHost(request: HttpRequest): ConsentRequest {
  const cookies = cookiesOf(request.headers.get('cookie') ?? '');
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    params: request.params,
    query: request.query,
    header: (name) => request.headers.get(name) ?? undefined,
    cookie: (name) => cookies.get(name),
    body: () => cappedText(request),
  };
}

/** Several `set-cookie` headers would collapse into the last one; the `cookies` array does not. */
export function toHost({ status, headers, body, json, cookies }: Answer): HttpResponseInit {
  return {
    status,
    ...(headers && { headers: { ...headers } }),
    ...bodyOf(body, json, headers),
    cookies: (cookies ?? []).map((cookie) => ({ ...cookie, path: '/', httpOnly: true, sameSite: 'Lax' as const })),
  };
}

function bodyOf(body: string | undefined, json: unknown, headers: Answer['headers']): HttpResponseInit {
  if (json === undefined) return body === undefined ? {} : { body };
  const type = headers?.['content-type'] ?? 'application/json';
  return { body: JSON.stringify(json), headers: { ...headers, 'content-type': type } };
}

function cookiesOf(header: string): Map<string, string> {
  const pairs = header.split(';').map((part) => part.split('=', 2).map((text) => text.trim()));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

async function cappedText(request: HttpRequest): Promise<string> {
  const text = await readBody(request, maxBodyBytes);
  if (text === undefined) throw new BodyTooLarge();
  return text;
}
