import { createHash } from 'node:crypto';
import { browserScript } from './browserScript.ts';
import { stylesheet } from './stylesheet.ts';
import { html, type Markup } from './template.ts';

/** The page's own files; their addresses change with their content, so that browsers may keep them for ever. */
export const assets = {
  script: { path: '/page.js', type: 'text/javascript; charset=utf-8', text: browserScript },
  style: { path: '/page.css', type: 'text/css; charset=utf-8', text: stylesheet },
} as const;

type Asset = (typeof assets)[keyof typeof assets];

function addressOf({ path, text }: Asset): string {
  return `${path}?v=${createHash('sha256').update(text).digest('base64url').slice(0, 12)}`;
}

/** A whole document around its main part. */
export function htmlDocument(title: string, main: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${addressOf(assets.style)}">
<script type="module" src="${addressOf(assets.script)}"></script>
</head>
<body>
<header><a href="/">Hetk</a> <span>keeps your calendars in step</span></header>
<main>${main}</main>
</body>
</html>
`.text;
}

export const htmlHeaders = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } as const;
