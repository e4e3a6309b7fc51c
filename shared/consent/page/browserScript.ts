/**
 * What runs in the browser: sends forms as JSON, and keeps the live parts of the page as the server renders them. Everything else is
 * the server's. Served at /page.js as the text of this very function, so it may use nothing from outside itself; a bundler must not
 * add names to functions (`keepNames`), or the text would call what the browser does not have.
 */
function page(): void {
  const soonMs = 2_000;
  const laterMs = 20_000;

  /** Fields as JSON: `a.b` nests, a box is true or false; left out is what is empty or only for a direction that is not chosen. */
  function bodyOf(form: HTMLFormElement): Record<string, unknown> {
    const body: Record<string, unknown> = {};
    const put = (name: string, value: unknown) => {
      const [outer = '', inner] = name.split('.');
      if (inner === undefined) body[outer] = value;
      else body[outer] = { ...Object(body[outer]), [inner]: value };
    };
    const chosen = new FormData(form).get('direction');
    for (const field of form.elements) {
      const onlyFor = field.closest<HTMLElement>('[data-only-for]')?.dataset.onlyFor ?? chosen;
      if (onlyFor !== chosen) continue;
      if (field instanceof HTMLInputElement && field.type === 'checkbox') put(field.name, field.checked);
      else if (field instanceof HTMLInputElement && field.type === 'radio' && field.checked)
        put(field.name, field.value);
      else if (field instanceof HTMLInputElement && field.type !== 'radio' && field.value) put(field.name, field.value);
      else if (field instanceof HTMLSelectElement && field.value) put(field.name, field.value);
    }
    return body;
  }

  function queryOf(form: HTMLFormElement): string {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') query.set(name, value);
    return query.size > 0 ? `?${query}` : '';
  }

  function say(form: HTMLFormElement, text: string): void {
    const output = form.querySelector('output');
    if (output) output.textContent = text;
  }

  /** What a preview says of one direction. */
  function wayText(way: unknown, where: string): string {
    const { originals, copies, examples } = Object(way);
    const titles = Array.from(examples ?? [], (example) => Object(example).title || 'without a title');
    const next = titles.length > 0 ? ` The next would be called: ${titles.join('; ')}.` : '';
    return `${copies} of ${originals} events in the synced time would be copied${where}.${next}`;
  }

  function previewText(answer: unknown): string {
    const { sourceToTarget, targetToSource } = Object(answer);
    const ways = targetToSource
      ? [wayText(sourceToTarget, ' there'), wayText(targetToSource, ' back')]
      : [wayText(sourceToTarget, '')];
    return `${ways.join(' ')} Nothing was written.`;
  }

  async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    const method = form.dataset.method ?? 'POST';
    const address = button?.getAttribute('formaction') ?? form.getAttribute('action') ?? '/';
    const response = await fetch(
      method === 'DELETE' ? address + queryOf(form) : address,
      method === 'DELETE'
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(bodyOf(form)) },
    );
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (!response.ok) {
      const { title, action } = Object(answer);
      say(form, `${title ?? 'That did not work.'} ${action ?? ''}`);
    } else if (button?.dataset.shows === 'preview') say(form, previewText(answer));
    else if (form.dataset.then) location.assign(form.dataset.then);
    else location.reload();
  }

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const button = event.submitter;
    if (button instanceof HTMLButtonElement) button.disabled = true;
    say(form, '');
    try {
      await send(form, button);
    } catch {
      say(form, 'The server could not be reached. Try again in a moment.');
    } finally {
      if (button instanceof HTMLButtonElement) button.disabled = false;
    }
  });

  function localTimes(): void {
    for (const time of document.querySelectorAll('time')) time.textContent = new Date(time.dateTime).toLocaleString();
  }

  function liveParts(root: Document): Map<string, HTMLElement> {
    return new Map(
      [...root.querySelectorAll<HTMLElement>('[data-live]')].map((part) => [part.dataset.live ?? '', part]),
    );
  }

  /** The live parts as the server wrote them, to leave alone what did not change. */
  const rendered = new Map([...liveParts(document)].map(([key, part]) => [key, part.outerHTML]));

  async function refresh(): Promise<void> {
    const response = await fetch('/');
    if (!response.ok) return;
    const fresh = liveParts(new DOMParser().parseFromString(await response.text(), 'text/html'));
    const shown = liveParts(document);
    const editing = document.querySelector('details[open], form:focus-within') !== null;
    if (!editing && [...fresh.keys()].join() !== [...shown.keys()].join()) location.reload();
    for (const [key, part] of shown) {
      const next = fresh.get(key);
      if (!next || next.outerHTML === rendered.get(key)) continue;
      rendered.set(key, next.outerHTML);
      part.replaceWith(next);
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

  localTimes();
  if (document.querySelector('[data-live]')) watch();
}

/** Served at /page.js. */
export const browserScript = `(${page.toString()})();\n`;
