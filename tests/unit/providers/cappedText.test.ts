import { describe, expect, it } from '@jest/globals';
import { cappedPieces, cappedText } from '../../../shared/providers/cappedText.ts';

const text = 'naïve — \u{1f600}';

/** An answer that comes byte by byte, and whether its end was waited for. */
function byByte(): { response: Response; cancelled: () => boolean } {
  const bytes = [...new TextEncoder().encode(text)];
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = bytes.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(Uint8Array.of(next));
    },
    cancel() {
      cancelled = true;
    },
  });
  return { response: new Response(body), cancelled: () => cancelled };
}

describe('the body of an answer', () => {
  it('is the same text at once and in pieces, wherever its bytes are cut', async () => {
    expect(await cappedText(byByte().response, 100)).toBe(text);
    const pieces: string[] = [];
    for await (const piece of cappedPieces(byByte().response, 100)) pieces.push(piece);
    expect(pieces.join('')).toBe(text);
    expect(await cappedText(new Response(null), 100)).toBe('');
  });

  it('is not read beyond its limit, and not to its end by one who stops', async () => {
    const long = byByte();
    await expect(cappedText(long.response, 5)).rejects.toMatchObject({ kind: 'malformed', code: 'too-long' });
    expect(long.cancelled()).toBe(true);
    const left = byByte();
    for await (const _ of cappedPieces(left.response, 100)) break;
    expect(left.cancelled()).toBe(true);
  });
});
