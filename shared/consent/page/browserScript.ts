/**
 * What runs in the browser, on top of pages that work without it: times in the browser's own zone, the live parts of a page kept as the
 * server renders them, and a button that says that it is at work. Served at /page.js as the text of this very function, so it may use
 * nothing from outside itself; a bundler must not add names to functions (`keepNames`), or the text would call what the browser does not have.
 */
function page(): void {
  const soonMs = 2_000;
  const laterMs = 5_000;
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  const dayFormat = new Intl.DateTimeFormat('en-GB', day);
  const format = new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit' });

  function localTimes(): void {
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
      const { until, local } = time.dataset;
      const at = new Date(time.dateTime);
      if (local === 'day') time.textContent = dayFormat.format(at);
      else time.textContent = until ? format.formatRange(at, new Date(until)) : format.format(at);
      delete time.dataset.local;
    }
    const zone = document.querySelector('[data-zone]');
    if (zone) zone.textContent = `Times are in ${format.resolvedOptions().timeZone}.`;
  }

  /** A form goes once; its button says what is under way, and a page that comes back from the browser's memory begins anew. */
  function once(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    button.setAttribute('aria-busy', 'true');
    const said = form.querySelector('[data-wait]');
    if (said instanceof HTMLElement) said.textContent = said.dataset.wait ?? '';
  }

  function again(): void {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent;
    for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
    for (const said of document.querySelectorAll('[data-wait]')) said.textContent = '';
  }

  function liveParts(root: Document): Map<string, HTMLElement> {
    return new Map(
      [...root.querySelectorAll<HTMLElement>('[data-live]')].map((part) => [part.dataset.live ?? '', part]),
    );
  }

  /** The live parts as the server wrote them, to leave alone what did not change. */
  const rendered = new Map([...liveParts(document)].map(([key, part]) => [key, part.innerHTML]));

  /** Takes over what the server says now; who stands on a link or button of it stays there. */
  function takeOver(part: HTMLElement, next: HTMLElement): void {
    const active = document.activeElement;
    const standsOn = active && part.contains(active) ? active.id : '';
    part.replaceChildren(...next.childNodes);
    if (standsOn) document.getElementById(standsOn)?.focus();
  }

  async function refresh(): Promise<void> {
    const response = await fetch(location.pathname);
    // What this page shows is gone, or nobody is signed in any more: the server knows what to say instead.
    if (response.status === 404 || response.status === 401) return location.reload();
    if (!response.ok) return;
    const fresh = liveParts(new DOMParser().parseFromString(await response.text(), 'text/html'));
    const shown = liveParts(document);
    if ([...fresh.keys()].join() !== [...shown.keys()].join()) return location.reload();
    for (const [key, part] of shown) {
      const next = fresh.get(key);
      if (!next || next.innerHTML === rendered.get(key)) continue;
      rendered.set(key, next.innerHTML);
      takeOver(part, next);
    }
    localTimes();
  }

  function watch(): void {
    const busy = document.querySelector('[data-busy]') !== null;
    setTimeout(
      async () => {
        if (!document.hidden) await refresh().catch(() => undefined);
        watch();
      },
      busy ? soonMs : laterMs,
    );
  }

  /** What was just done is told once, and not again when the page is loaded anew. */
  function forgetNotice(): void {
    if (document.querySelector('[data-notice]')) history.replaceState(null, '', location.pathname);
  }

  document.addEventListener('submit', once);
  addEventListener('pageshow', again);
  localTimes();
  forgetNotice();
  if (document.querySelector('[data-live]')) watch();
}

/** Served at /page.js. */
export const browserScript = `(${page.toString()})();\n`;
