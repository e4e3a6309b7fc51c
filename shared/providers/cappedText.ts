import { ProviderError } from './errors.ts';

/**
 * The body of an answer as text.
 * @param limit bytes
 * @throws malformed when there is more
 */
export async function cappedText(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of capped(response, limit)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The same piece by piece, as it arrives; whoever stops reading ends the transfer. */
export async function* cappedPieces(response: Response, limit: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of capped(response, limit)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* capped({ body }: Response, limit: number): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit)
      throw new ProviderError('malformed', `The answer is longer than ${limit} bytes.`, { code: 'too-long' });
    yield chunk;
  }
}
