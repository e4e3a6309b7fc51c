/** Served at /page.css. */
export const stylesheet = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8884; --main: #1f5fbf; --good: #1a7f4b; --warn: #b45309; }
@media (prefers-color-scheme: dark) { :root { --main: #7fb0ff; --good: #5fd39a; --warn: #f0b060; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 1rem; }
header { display: flex; gap: .75rem; align-items: baseline; padding-bottom: .5rem; border-bottom: 1px solid var(--line); }
header a { font-size: 1.4rem; font-weight: 700; color: inherit; text-decoration: none; }
header span, small, .quiet { opacity: .75; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
ul { list-style: none; padding: 0; margin: 0; }
.card { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin: .75rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.apart { justify-content: space-between; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
label { display: block; } label.check { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; }
select, input[name=appleId], input[type=password] { width: 100%; } select, input, button, .button { font: inherit; padding: .45rem .9rem; border-radius: .5rem; border: 1px solid var(--line); }
button, .button { cursor: pointer; color: inherit; background: none; text-decoration: none; display: inline-block; }
button.main, .button.main { border-color: var(--main); color: var(--main); font-weight: 600; }
button:disabled { opacity: .5; cursor: wait; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
form:has([name=direction][value=one-way]:checked) [data-only-for=two-way] { display: none; }
fieldset { border: 0; padding: 0; margin: .75rem 0; } legend { padding: 0; font-weight: 600; }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; }
.active { color: var(--good); } .paused, .reconnect, .stopped { color: var(--warn); } .starting { color: var(--main); }
.problem { border-left: 3px solid var(--warn); padding-left: .75rem; margin: .5rem 0; }
progress { width: 100%; accent-color: var(--main); }
summary { cursor: pointer; padding: .25rem 0; } ol { margin: .25rem 0; } details form { padding: .25rem 0 .5rem 1rem; }
output:empty { display: none; } output { display: block; margin: .5rem 0; font-weight: 600; }
.share { display: block; padding: .75rem; border: 1px dashed var(--line); border-radius: .5rem; overflow-wrap: anywhere; user-select: all; }
svg.dot { width: .8em; height: .8em; }
`;
