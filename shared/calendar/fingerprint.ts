import { createHash } from 'node:crypto';
import type { EventContent, Span } from './event.ts';
import { plainFromRich } from './text.ts';

/**
 * The normal form of an event's content: what is left when everything is taken away that providers rewrite on their own (HTML
 * wrapping, blanks, line ends, the spelling of zones). Two contents with equal normal forms are the same to a person.
 */
export function normalForm(content: EventContent): string {
  return JSON.stringify([
    oneLine(content.title),
    oneLine(plainFromRich(content.description)),
    oneLine(content.location),
    spanForm(content.span),
    content.showAs,
    content.sensitivity,
  ]);
}

/** Start and end alone: a zone is how a time is shown, not when it is. */
export function spanForm(span: Span): string {
  return span.kind === 'timed' ? `${span.start}/${span.end}` : `${span.start}/${span.end}/all-day`;
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
