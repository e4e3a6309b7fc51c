import { html, raw } from 'hono/html';

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 'Segoe UI', system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 90vh; }
  main { width: min(28rem, 90vw); padding: 2.5rem; box-shadow: 0 2px 8px #0004; }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; }
  fieldset { border: 1px solid #8884; margin: 1rem 0; }
  label { display: flex; gap: .75rem; padding: .4rem 0; align-items: baseline; }
  small { opacity: .7; }
  .row { display: flex; justify-content: flex-end; gap: 1rem; }
  button { font: inherit; padding: .45rem 1.5rem; border: 1px solid #8888; cursor: pointer; }
  .main { background: #0f6cbd; color: #fff; border-color: #0f6cbd; }`;

/** A page of the simulated sign-in. */
export function page(title: string, content: ReturnType<typeof html>) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
    <title>${title} – simulated Microsoft</title><style>${raw(style)}</style></head><body><main><h1>${title}</h1>${content}
    <p><small>A simulated Microsoft: no password is asked for.</small></p></main></body></html>`;
}
