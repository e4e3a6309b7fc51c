import { createHash } from 'node:crypto';
import type { EventContent, Span } from './event.ts';
import { plainFromRich } from './text.ts';

/** The fields of a content, in the order in which fingerprints name them. */
export const contentFields = ['title', 'description', 'location', 'span', 'showAs', 'sensitivity'] as const;

export type ContentField = (typeof contentFields)[number];

/**
 * The normal form of an event's content, field by field in the order of `contentFields`: what is left when everything is taken away that
 * providers rewrite on their own (HTML wrapping, blanks, line ends, the spelling of zones). Two contents with equal normal forms are
 * the same to a person. `personal` is private: no copy tells them apart.
 */
export function normalForms(content: EventContent): readonly string[] {
  const known = formsOf.get(content);
  if (known) return known;
  const forms = [
    oneLine(content.title),
    oneLine(plainFromRich(content.description)),
    oneLine(content.location),
    spanForm(content.span),
    content.showAs,
    content.sensitivity === 'personal' ? 'private' : content.sensitivity,
  ];
  formsOf.set(content, forms);
  return forms;
}

/** Contents never change, and one is compared several times on its way: reading its description as plain text takes longest of all. */
const formsOf = new WeakMap<EventContent, readonly string[]>();

/** The whole normal form as one text. */
export function normalForm(content: EventContent): string {
  return JSON.stringify(normalForms(content));
}

/** Start and end alone: a zone is how a time is shown, not when it is. */
export function spanForm(span: Span): string {
  return span.kind === 'timed' ? `${span.start}/${span.end}` : `${span.start}/${span.end}/all-day`;
}

/** The fields in which two contents differ to a person. */
export function differingFields(a: EventContent, b: EventContent): ContentField[] {
  const [left, right] = [normalForms(a), normalForms(b)];
  return contentFields.filter((_, index) => left[index] !== right[index]);
}

/** SHA-256 of a text, base64url. Never stored as it is: titles are guessable, so stores keep it under a key (`seal`). */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function oneLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\u00a0\u200b\ufeff]+/g, ' ')
    .trim();
}
