import type { HttpRequest } from '@azure/functions';

/**
 * The request's body as text, or undefined when it is longer than `most` bytes. A declared length is believed only to refuse.
 */
export async function readBody(request: HttpRequest, most: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return undefined;
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > most ? undefined : new TextDecoder().decode(bytes);
}
