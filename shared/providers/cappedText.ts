import { ProviderError } from './errors.ts';

/**
 * The body of an answer as text.
 * @param limit bytes
 * @throws malformed when there is more
 */
export async function cappedText(response: Response, limit: number): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limit)
      throw new ProviderError('malformed', `The answer is longer than ${limit} bytes.`, { code: 'too-long' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
