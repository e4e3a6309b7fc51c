/**
 * Meet's block in a description stands between lines like `-::~:~::~:~…::-`. Google takes the block out by itself from an event without
 * a conference, so a text that holds one never reads back as it was written.
 */
const block = /-::~[:~]*::-[\s\S]*?(?:-::~[:~]*::-|$)/g;

export function withoutConferenceBlock(description: string): string {
  return description.replace(block, '').trim();
}
