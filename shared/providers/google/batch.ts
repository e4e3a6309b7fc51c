import type { Answer } from './answer.ts';
import type { GoogleRequest } from './describe.ts';

/** https://developers.google.com/workspace/calendar/api/guides/batch */
export const BATCH_SIZE = 50;

/** The body of a batch: each request as a part, named by its position. */
export function batchBody(requests: readonly GoogleRequest[], boundary: string): string {
  const parts = requests.map((request, index) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      `Content-ID: <${index}>`,
      '',
      `${request.method} ${request.path} HTTP/1.1`,
      ...(request.ifMatch ? [`If-Match: ${request.ifMatch}`] : []),
      ...(request.body === undefined
        ? []
        : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(request.body)}`]),
      '',
      request.body ?? '',
    ].join('\r\n'),
  );
  return `${parts.join('\r\n')}\r\n--${boundary}--\r\n`;
}

/**
 * The answers in a batch's answer, by position: parts come in any order and name theirs as `<response-N>`. A part that is missing or
 * unreadable stays undefined.
 * @returns undefined when the answer is no multipart body
 */
export function batchAnswers(contentType: string, text: string, count: number): (Answer | undefined)[] | undefined {
  const [, quoted, bare] = /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (!boundary) return undefined;
  const answers: (Answer | undefined)[] = Array.from({ length: count }, () => undefined);
  for (const part of `\n${text.replaceAll('\r\n', '\n')}`.split(`\n--${boundary}`).slice(1)) {
    const [outer, answer] = partOf(part);
    const position = /^content-id:\s*<response-(\d+)>/im.exec(outer)?.[1];
    if (position !== undefined && Number(position) < count) answers[Number(position)] = answer;
  }
  return answers;
}

function partOf(part: string): [string, Answer | undefined] {
  const [outer, inner] = cut(part);
  const [head, body] = cut(inner.trimStart());
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head)?.[1];
  if (!status) return [outer, undefined];
  const retryAfter = /^retry-after:\s*(.+)$/im.exec(head)?.[1]?.trim();
  return [outer, { status: Number(status), retryAfter, text: body.trim() }];
}

/** Head and body, at the first empty line. */
function cut(text: string): [string, string] {
  const at = text.indexOf('\n\n');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}
