import { createHash } from 'node:crypto';

/**
 * The id of the event with this identity. Event ids are base32hex in lower case, unique in their calendar, and chosen by the writer: a
 * creation that is repeated meets the first event. The prefix tells a copy also where its properties are withheld from the reader.
 */
export const copyIdOf = (identity: string) => `hetk1${hashOf(identity)}`;

/** Likewise, for an original that is made anew: no copy, so its id does not look like one. */
export const restoredIdOf = (identity: string) => `hetkr${hashOf(identity)}`;

function hashOf(identity: string): string {
  return base32hex(createHash('sha256').update(identity).digest());
}

function base32hex(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ((held >> bits) & 31).toString(32);
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ((held << (5 - bits)) & 31).toString(32) : text;
}
