/** The little of the DNS message format (RFC 1035 section 4) that a question for TXT records and its answer need. */

const TXT = 16;
const IN = 1;
const HEADER_BYTES = 12;
/** Answer, authoritative, recursion available. */
const ANSWER = 0x8480;

export const codes = { ok: 0, serverFailure: 2, noSuchName: 3 } as const;

export interface Question {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  readonly txt: boolean;
  /** The message as it came, to its end. */
  readonly message: Buffer;
  /** Where the question ends in it. */
  readonly end: number;
}

/** The question in a message, or undefined for what is none. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]; length; length = message[at]) {
    if (length > 63 || at + length + 5 >= message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  const end = at + 5;
  if (end > message.length) return undefined;
  return { name: labels.join('.'), txt: message.readUInt16BE(at + 1) === TXT, message, end };
}

/** The answer to a question: a code, and the texts of its records. */
export function writeAnswer({ message, end }: Question, code: number, texts: readonly string[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(ANSWER | (message.readUInt16BE(2) & 0x0100) | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(texts.length, 6);
  return Buffer.concat([header, message.subarray(HEADER_BYTES, end), ...texts.map(record)]);
}

function record(text: string): Buffer {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += 255) {
    const piece = bytes.subarray(at, at + 255);
    pieces.push(Buffer.from([piece.length]), piece);
  }
  const content = Buffer.concat(pieces);
  const head = Buffer.alloc(12);
  // The name is the one at the beginning of the question.
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(IN, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, content]);
}
