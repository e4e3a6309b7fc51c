import { newId, type Random } from '../../shared/platform/random.ts';
import { GoogleError } from './errors.ts';

interface BatchPart {
  readonly contentId: string | undefined;
  readonly request: Request;
}

/** Parts in one batch. @see https://developers.google.com/workspace/calendar/api/guides/batch */
const largest = 50;

/**
 * Carries out a multipart/mixed batch. Parts run and are answered in any order; each is a request of its own and fails by itself.
 * @param dispatch answers one part
 * @param isLost asked once: whether one answer stays away
 * @throws GoogleError 400 for a batch that cannot be read at all
 */
export async function runBatch(
  origin: string,
  batch: Request,
  random: Random,
  dispatch: (part: Request) => Promise<Response>,
  isLost: () => boolean = () => false,
): Promise<Response> {
  const parts = await readParts(origin, batch);
  if (parts.length > largest) {
    throw new GoogleError(400, 'badRequest', `The batch request contains too many requests: more than ${largest}.`);
  }
  const boundary = `batch_${newId(random)}`;
  const answers: string[] = [];
  for (const part of shuffled(parts, random)) {
    const answer = await dispatch(part.request);
    answers.push(await writePart(boundary, part.contentId, answer));
  }
  const body = answers.slice(isLost() ? 1 : 0).join('');
  return new Response(`${body}--${boundary}--\r\n`, {
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
  });
}

async function readParts(origin: string, batch: Request): Promise<BatchPart[]> {
  const [, quoted, bare] =
    /^multipart\/mixed\s*;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(batch.headers.get('content-type') ?? '') ?? [];
  const boundary = quoted ?? bare;
  if (!boundary) throw new GoogleError(400, 'badRequest', 'Missing or malformed multipart boundary.');
  const text = (await batch.text()).replace(/\r?\n/g, '\n');
  const end = text.lastIndexOf(`--${boundary}--`);
  if (end < 0) throw new GoogleError(400, 'badRequest', 'Failed to parse batch request: no end boundary.');
  const outer = batch.headers.get('authorization') ?? '';
  const pieces = `\n${text.slice(0, end)}`.split(`\n--${boundary}\n`).slice(1);
  if (pieces.length === 0) throw new GoogleError(400, 'badRequest', 'The batch request is empty.');
  return pieces.map((piece) => readPart(origin, piece.replace(/\n$/, ''), outer));
}

function readPart(origin: string, piece: string, outerAuthorization: string): BatchPart {
  const [partHead = '', requestHead = '', ...rest] = piece.split('\n\n');
  const partHeaders = readHeaders(partHead.split('\n'));
  if (!/^application\/http\b/i.test(partHeaders.get('content-type') ?? '')) {
    throw new GoogleError(400, 'badRequest', 'Every part of a batch must be application/http.');
  }
  const [requestLine = '', ...lines] = requestHead.trim().split('\n');
  const [, method, target] = /^(GET|POST|PUT|PATCH|DELETE) (\S+)(?: HTTP\/1\.\d)?\s*$/.exec(requestLine) ?? [];
  if (!method || !target) throw new GoogleError(400, 'badRequest', 'Failed to parse batch request: request line.');
  const headers = readHeaders(lines);
  // The outer authorization applies unless a part brings its own.
  if (!headers.has('authorization')) headers.set('authorization', outerAuthorization);
  headers.delete('content-length');
  const body = rest.join('\n\n');
  const hasBody = method !== 'GET' && body !== '';
  const url = new URL(target, origin);
  const request = new Request(`${origin}${url.pathname}${url.search}`, { method, headers, ...(hasBody && { body }) });
  return { contentId: partHeaders.get('content-id') ?? undefined, request };
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}

async function writePart(boundary: string, contentId: string | undefined, answer: Response): Promise<string> {
  const body = await answer.text();
  const id = contentId?.replace(/^<?/, '<response-').replace(/>?$/, '>');
  const head = [`--${boundary}`, 'Content-Type: application/http', ...(id ? [`Content-ID: ${id}`] : []), ''];
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${answer.status} ${answer.statusText || phrase(answer.status)}`;
  return `${[...head, status, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')}\r\n`;
}

function phrase(status: number): string {
  const phrases: Readonly<Record<number, string>> = { 200: 'OK', 204: 'No Content', 404: 'Not Found', 409: 'Conflict' };
  return phrases[status] ?? (status < 400 ? 'OK' : 'Error');
}

/** Fisher and Yates, by the injected chance: Google promises no order. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) {
    const at = Buffer.from(random.bytes(4)).readUInt32BE() % left.length;
    result.push(...left.splice(at, 1));
  }
  return result;
}
