import { createHash } from 'node:crypto';

/** The look of every page. It is part of the document, so that a page comes in one request; the security policy names its digest. */
export const stylesheet = `
:root { color-scheme: light dark; --paper: #f6f5f1; --card: #fff; --ink: #1d2630; --soft: #58626c; --line: #dedbd3; --main: #0b5f56; --on: #fff; --tint: #e3efec; --good: #17693f; --warn: #8a4b00; --warm: #fbf0de; --bad: #a3262b; --shade: 0 1px 2px #1d26300f, 0 6px 20px #1d26300a; }
@media (prefers-color-scheme: dark) { :root { --paper: #12171b; --card: #1a2126; --ink: #e9e7e2; --soft: #a3adb4; --line: #313a41; --main: #76d0bf; --on: #0c1a18; --tint: #1c312f; --good: #74d3a0; --warn: #f0b765; --warm: #30271a; --bad: #ff9c97; --shade: none; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 100%/1.55 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; scroll-padding: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; overflow-wrap: anywhere; }
.top, main, .foot { width: 100%; max-width: 64rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2rem); }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; padding-top: 1.1rem; padding-bottom: 1.1rem; }
.brand { display: flex; align-items: center; gap: .6rem; margin-right: auto; font-size: 1.2rem; font-weight: 700; letter-spacing: -.01em; color: inherit; text-decoration: none; }
.brand svg { width: 1.7rem; height: 1.7rem; }
.top nav { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; }
.top nav a, .foot a { color: var(--soft); }
.top nav a { text-decoration: none; padding: .3rem 0; border-bottom: 2px solid transparent; } .top nav a:hover, .top nav a[aria-current] { color: var(--ink); } .top nav a[aria-current] { border-color: var(--main); }
main { flex: 1; padding-bottom: 3rem; }
.foot { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding-top: 1.25rem; padding-bottom: 2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
a { color: var(--main); text-underline-offset: .18em; }
h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0; }
h1 { font-size: clamp(1.6rem, 4vw, 2.1rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; letter-spacing: -.01em; } h3 { font-size: 1rem; line-height: 1.4; }
ul { list-style: none; } ul:not([class]), ol { padding-left: 1.2rem; } ul:not([class]) { list-style: disc; } li + li { margin-top: .25rem; } .plain small { display: block; } p { max-width: 44rem; } .note { max-width: none; } small, .small { font-size: .875rem; } .soft, small { color: var(--soft); }
main > * + *, .stack > * + * { margin-top: 1.1rem; } main > section, main > .split { margin-top: 2.5rem; } .tight > * + * { margin-top: .4rem; }
.head { padding-top: 1.25rem; } .message > * + * { margin-top: 1.1rem; } .message form > * + * { margin-top: .8rem; } .lead { font-size: 1.1rem; color: var(--soft); max-width: 40rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: clamp(1rem, 3vw, 1.5rem); box-shadow: var(--shade); }
.row { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; } .apart { justify-content: space-between; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; align-items: start; } .cards.even { align-items: stretch; } .cards.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17.5rem), 1fr)); }
.split { display: grid; gap: 1.5rem; } .split > * { min-width: 0; }
@media (min-width: 56rem) { .split { grid-template-columns: 1.65fr 1fr; align-items: start; } .split.even { grid-template-columns: 1fr 1fr; } }
button, .button { font: inherit; font-weight: 600; line-height: 1.3; padding: .6rem 1.1rem; border-radius: .6rem; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-block; text-align: center; }
button:hover, .button:hover { border-color: var(--main); }
button.main, .button.main { background: var(--main); border-color: var(--main); color: var(--on); }
button.main:hover, .button.main:hover { filter: brightness(1.1); }
button.danger { color: var(--bad); } button.plain { border: 0; background: none; padding: .3rem 0; font-weight: 400; color: var(--soft); } button.plain:hover { color: var(--ink); }
button[aria-busy] { cursor: progress; opacity: .75; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; border-radius: .3rem; }
label { display: block; } fieldset { min-width: 0; } fieldset:not(.card) { border: 0; } legend { padding: 0; font-weight: 600; } fieldset.card > legend { float: left; width: 100%; font-size: 1.1rem; } fieldset.card > legend + * { clear: both; }
.field { font-weight: 600; } .field input, .field select { margin-top: .25rem; font-weight: 400; }
input:not([type=radio], [type=checkbox], [type=hidden]), select { font: inherit; font-weight: 400; width: 100%; padding: .55rem .75rem; border: 1px solid var(--soft); border-radius: .6rem; background: var(--card); color: var(--ink); }
input[type=radio], input[type=checkbox] { accent-color: var(--main); width: 1.1rem; height: 1.1rem; margin: 0; flex: none; position: relative; top: .2rem; }
.check { display: flex; gap: .7rem; align-items: flex-start; padding: .35rem 0; cursor: pointer; } .check small { display: block; }
.pick { border: 1px solid var(--line); border-radius: .7rem; padding: .6rem .8rem; margin-top: .5rem; } .pick:has(:checked) { border-color: var(--main); background: var(--tint); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1rem 1.5rem; }
.off { color: var(--soft); cursor: default; } .off .dot { filter: grayscale(1); opacity: .45; }
.dot { width: .8rem; height: .8rem; flex: none; position: relative; top: .05rem; } .check .dot { top: .35rem; }
.calendars li { display: flex; gap: .7rem; align-items: baseline; padding: .45rem 0; border-top: 1px solid var(--line); } .calendars small { display: block; }
.way { display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline; } .way small { font-weight: 400; letter-spacing: 0; } h1 .way small { font-size: 1rem; } .way .arrow { color: var(--main); }
a:has(.way) { text-decoration: none; color: inherit; } a:has(.way):hover .end > span { text-decoration: underline; text-decoration-color: var(--main); } .end { display: inline-flex; flex-wrap: wrap; gap: 0 .5rem; align-items: baseline; }
.badge { display: inline-flex; align-items: center; gap: .45rem; padding: .15rem .75rem; border-radius: 2rem; font-size: .9rem; font-weight: 600; background: var(--tint); color: var(--main); white-space: nowrap; }
.badge::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; }
.badge.paused, .badge.reconnect, .badge.stopped { background: var(--warm); color: var(--warn); } .badge.active { color: var(--good); }
.tag { border: 1px solid currentColor; border-radius: .4rem; padding: 0 .4rem; font-size: .8rem; color: var(--soft); white-space: nowrap; }
.note { border-radius: .7rem; padding: .8rem 1rem; background: var(--tint); } .note.problem { background: var(--warm); box-shadow: inset 3px 0 var(--warn); } .note p + *, .note form { margin-top: .6rem; }
progress { display: block; width: 100%; height: .7rem; border: 0; border-radius: 1rem; overflow: hidden; background: var(--line); appearance: none; } progress::-webkit-progress-bar { background: var(--line); } progress::-webkit-progress-value { background: var(--main); border-radius: 1rem; transition: width .4s; } progress::-moz-progress-bar { background: var(--main); }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; } .figures dt { color: var(--soft); font-size: .875rem; } .figures dd { font-weight: 600; }
.proof { font-size: clamp(1.3rem, 4vw, 1.75rem); font-weight: 700; line-height: 1.25; letter-spacing: -.02em; max-width: none; } .big { font-size: clamp(2rem, 6vw, 2.8rem); font-weight: 700; line-height: 1.1; letter-spacing: -.03em; }
table { border-collapse: collapse; width: 100%; } th, td { overflow-wrap: break-word; text-align: left; vertical-align: top; padding: .55rem .75rem .55rem 0; border-top: 1px solid var(--line); } thead th { border-top: 0; color: var(--soft); font-size: .875rem; font-weight: 600; } td time { white-space: nowrap; } td .end { flex-wrap: nowrap; } td:last-child, th:last-child { padding-right: 0; } tbody th { font-weight: 600; } .number { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) { table.wide thead { position: absolute; left: -99rem; } table.wide tr { display: block; padding: .55rem 0; border-top: 1px solid var(--line); } table.wide tbody tr:first-child { border-top: 0; } table.wide th, table.wide td { display: block; border: 0; padding: 0; overflow-wrap: anywhere; } }
.events { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1.25rem 2rem; } .event { display: grid; grid-template-columns: .3rem 1fr; gap: 0 .9rem; } .event > svg { width: 100%; height: 100%; border-radius: 1rem; } .event .row { gap: .4rem; margin-top: .25rem; }
summary { cursor: pointer; padding: .35rem 0; color: var(--soft); } summary:hover, details[open] > summary { color: var(--ink); } details[open] > * + * { margin-top: .6rem; }
code { font: .92em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; } code.share { display: block; padding: .8rem 1rem; border: 1px dashed var(--soft); border-radius: .6rem; user-select: all; background: var(--card); }
.hero { display: grid; gap: 2rem; align-items: center; padding-top: clamp(1rem, 5vw, 3.5rem); } .hero h1 { font-size: clamp(2.1rem, 6vw, 3.2rem); } .hero .lead { margin-top: 1.1rem; } @media (min-width: 56rem) { .hero { grid-template-columns: 1.05fr 1fr; } } .hero svg { width: 100%; height: auto; max-width: 30rem; margin: 0 auto; display: block; } .connect { display: grid; gap: .7rem; max-width: 22rem; } .hero .connect { margin-top: 1.75rem; } .across { grid-column: 1 / -1; }
.paper { fill: var(--card); stroke: var(--line); } .rule { stroke: var(--line); } .one { fill: #3867b7; } .other { fill: #1f8a70; } .faint { opacity: .35; } .turn { stroke: var(--main); fill: none; stroke-width: 3; stroke-linecap: round; stroke-linejoin: round; }
form:has([name=direction][value=one-way]:checked) [data-only-for=two-way] { display: none; }
.steps li { margin: 0; } .steps { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; padding: 0; color: var(--soft); font-size: .9rem; } .steps [aria-current] { color: var(--main); font-weight: 600; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`
  .trim()
  .replaceAll('\n', ' ');

/** As a content security policy names what may stand in a style element. */
export const styleDigest = `'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`;
