import { createHash } from 'node:crypto';
import { browserScript } from './browserScript.ts';
import { stylesheet } from './stylesheet.ts';
import { html, Markup } from './template.ts';

/**
 * What runs in the browser, an addition that no page needs. Its address changes with its content, so that browsers may keep it for ever; it
 * is no part of the document, because no script is ever to run inline here.
 */
export const script = { type: 'text/javascript; charset=utf-8', text: browserScript } as const;
const scriptAddress = `/page.js?v=${createHash('sha256').update(browserScript).digest('base64url').slice(0, 12)}`;

/** The frame of a page. */
export interface Frame {
  /** Offers what only somebody who is signed in can do. */
  readonly signedIn?: boolean;
  /** The address of the page in the navigation. */
  readonly here?: '/' | '/new-pair' | '/admins';
}

/** A whole document around its main part; it needs nothing that does not come with it. */
export function htmlDocument(title: string, main: Markup, { signedIn = false, here }: Frame = {}): string {
  const link = (href: string, text: string) =>
    html`<a href="${href}" ${href === here && html`aria-current="page"`}>${text}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(stylesheet)}</style>
<script type="module" src="${scriptAddress}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/">${logo}Hetk</a>
${
  signedIn &&
  html`<nav aria-label="Pages">${link('/', 'Calendars')}${link('/new-pair', 'New pair')}
<form method="post" action="/sign-out"><button class="plain">Sign out</button></form></nav>`
}
</header>
<main id="main">${main}</main>
<footer class="foot"><span>No text of your events is stored.</span>${link('/admins', 'For administrators')}
<span data-zone>Times are in UTC.</span></footer>
</body>
</html>
`.text;
}

const logo = html`<svg viewBox="0 0 28 28" aria-hidden="true"><rect class="one" x="2" y="5" width="15" height="15" rx="4"/>
<rect class="other" x="11" y="9" width="15" height="15" rx="4" opacity=".88"/></svg>`;

export const htmlHeaders = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } as const;
