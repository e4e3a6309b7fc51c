import { compile } from 'html-to-text';
import sanitizeHtml from 'sanitize-html';

/**
 * Rich text: the one form in which descriptions travel inside Hetk. A small, safe subset of HTML (paragraphs, breaks, emphasis, lists,
 * links) that every provider can show or that turns into plain text without losing paragraphs or links.
 */

const allowed: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'br', 'b', 'strong', 'i', 'em', 'u', 'a', 'ul', 'ol', 'li', 'blockquote', 'pre'],
  allowedAttributes: { a: ['href'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  disallowedTagsMode: 'discard',
  // None is let through, and the package is built without what would read them (`local/build.ts`).
  parseStyleAttributes: false,
  transformTags: {
    div: 'p',
    h1: 'p',
    h2: 'p',
    h3: 'p',
    h4: 'p',
    h5: 'p',
    h6: 'p',
    tr: 'p',
  },
};

/** Rich text from a provider's HTML: script, style, images and unknown tags go; paragraphs, lists and links stay. */
export function richFromHtml(html: string): string {
  const safe = sanitizeHtml(html, allowed)
    .replace(/\r\n?/g, '\n')
    .replace(/<br\s*\/?>/g, '<br>')
    .replace(/<p>(\s|&nbsp;|\u00a0)*<\/p>/g, '')
    .trim();
  return isBlank(safe) ? '' : safe;
}

/** Whether nobody would see anything. An empty link shows its address, so that the last word is the plain text's. */
function isBlank(rich: string): boolean {
  const words = rich.replace(/<[^>]*>|&nbsp;|\u00a0/g, '').trim();
  return words === '' && plainFromRich(rich) === '';
}

const urlInText = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Rich text from plain text: line breaks are kept, addresses become links. */
export function richFromPlain(text: string): string {
  if (text.trim() === '') return '';
  const lines = text.replace(/\r\n?/g, '\n').trim();
  let rich = '';
  let done = 0;
  for (const match of lines.matchAll(urlInText)) {
    const url = escapeHtml(match[0]);
    rich += `${escapeHtml(lines.slice(done, match.index))}<a href="${url}">${url}</a>`;
    done = match.index + match[0].length;
  }
  return (rich + escapeHtml(lines.slice(done))).replaceAll('\n', '<br>');
}

/** Rich text from a field that may hold either (Google's descriptions): markup where there is some, and line breaks count even then. */
export function richFromMixed(text: string): string {
  const marked = /<\/?[a-z][^<>]*>|&(#\d+|#x[0-9a-f]+|[a-z]{2,8});/i.test(text);
  return marked ? richFromHtml(text.trim().replace(/\r\n?|\n/g, '<br>')) : richFromPlain(text);
}

/** Made ready once: reading these selectors takes longer than a description does. */
const plainText = compile({
  wordwrap: false,
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'p', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ],
});

/** Plain text of rich text: paragraphs and lists on lines of their own, a link's address beside its words. */
export function plainFromRich(rich: string): string {
  return plainText(rich)
    .replace(/[ \t\u00a0]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for HTML, in element content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}
