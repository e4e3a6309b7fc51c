/** The look of the week view. */
export const weekStyle = `
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; --line: #8883; --quiet: #8881; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; }
header p { margin: 0 0 0 auto; }
h1 { font-size: 1.15rem; margin: 0; border-left: .4rem solid var(--accent); padding-left: .6rem; }
nav { display: flex; gap: .75rem; }
select, input, textarea, button { font: inherit; color: inherit; }
input:not([type]), input[type=date], input[type=datetime-local], textarea, select { width: 100%; padding: .35rem .5rem;
  border: 1px solid #8888; border-radius: .35rem; background: Field; }
header select { width: auto; }
.grid { display: grid; grid-template-columns: 3.2rem repeat(7, minmax(6rem, 1fr)); grid-template-rows: repeat(3, auto); margin-top: 1rem; border: 1px solid var(--line);
  border-radius: .6rem; overflow: auto; }
.grid > * { border-left: 1px solid var(--line); min-width: 0; display: grid; grid-row: span 3; grid-template-rows: subgrid; }
.grid > :first-child { border-left: 0; }
.head { display: flex; justify-content: space-between; align-items: center; height: 2.6rem; padding: 0 .5rem; border-bottom: 1px solid var(--line); }
.head h2 { font-size: .95rem; font-weight: 500; margin: 0; }
.today .head h2 b { background: var(--accent); color: #fff; border-radius: 1rem; padding: .1rem .45rem; }
.add { border: 0; background: none; cursor: pointer; width: 1.6rem; height: 1.6rem; border-radius: 50%; }
.add:hover { background: var(--quiet); }
.allday { min-height: 2.4rem; padding: .2rem; border-bottom: 1px solid var(--line); font-size: .75rem; }
.allday .event { position: static; width: 100%; margin-bottom: .15rem; }
.hours .allday { text-align: right; opacity: .7; }
.track { position: relative; height: 62rem; background: repeating-linear-gradient(var(--line) 0 1px, transparent 1px calc(100% / 24)); }
.hours .track { background: none; font-size: .72rem; }
.hours span { position: absolute; right: .4rem; transform: translateY(-50%); opacity: .7; }
.now { position: absolute; left: 0; right: 0; border-top: 2px solid #d13438; z-index: 2; pointer-events: none; }
.event { position: absolute; overflow: hidden; text-align: left; font-size: .75rem; line-height: 1.25; padding: .15rem .35rem; cursor: pointer;
  border: 1px solid color-mix(in srgb, var(--accent) 55%, transparent); border-left: .3rem solid var(--accent); border-radius: .3rem;
  background: color-mix(in srgb, var(--accent) 20%, Canvas); }
.event strong { display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.event em { font-style: normal; font-size: .68rem; border: 1px solid currentColor; border-radius: .6rem; padding: 0 .3rem; margin-right: .2rem; opacity: .8; }
.event.short { display: flex; gap: .35rem; align-items: center; padding-block: 0; white-space: nowrap; }
.event.short strong { flex: none; max-width: 100%; }
.event.free { background: Canvas; }
.event.tentative { border-style: dashed; border-left-style: solid; }
.event.oof { --accent: #8e44ad; }
.event.copy { background-image: repeating-linear-gradient(135deg, #8882 0 4px, transparent 4px 10px); }
.event.cancelled strong { text-decoration: line-through; }
.event:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid Highlight; outline-offset: 1px; z-index: 3; }
dialog { width: min(34rem, 94vw); border: 1px solid var(--line); border-radius: .8rem; padding: 1.25rem 1.5rem; }
dialog::backdrop { background: #0006; }
dialog label { display: block; margin: .5rem 0; font-size: .85rem; }
.check { display: flex !important; gap: .5rem; align-items: center; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; }
.buttons { display: flex; justify-content: flex-end; gap: .75rem; margin: 1rem 0 0; }
.buttons button { padding: .45rem 1.1rem; border-radius: .4rem; border: 1px solid #8888; background: none; cursor: pointer; }
.buttons .main { background: #1a57c9; border-color: #1a57c9; color: #fff; }
.buttons .danger { margin-right: auto; color: #c42b1c; border-color: currentColor; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; }
#wrong { color: #c42b1c; min-height: 1.2em; margin: .5rem 0 0; }
#said { position: absolute; clip-path: inset(50%); }
`;
