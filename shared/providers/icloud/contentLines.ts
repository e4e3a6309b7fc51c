import ICAL from 'ical.js';

/**
 * An iCalendar text as the tree of components and content lines that it is (RFC 5545, 3.1 and 3.6), every line kept as it was written, so that
 * what Hetk does not understand goes back unchanged. ical.js reads the single line; the tree is our own, because ical.js gives up a whole
 * calendar for one malformed line.
 */
export interface Component {
  /** In capitals. */
  readonly name: string;
  readonly content: readonly (Component | ContentLine)[];
}

export interface ContentLine {
  /** In capitals. */
  readonly property: string;
  /** Unfolded. */
  readonly text: string;
}

/** A line's parameters (names in lower case), its type in lower case, and its values as ical.js reads them (RFC 7265). */
export interface Property {
  readonly parameters: Readonly<Record<string, string>>;
  readonly type: string;
  readonly values: readonly unknown[];
}

export interface Tree {
  /** The outermost components, usually one VCALENDAR. */
  readonly roots: readonly Component[];
  /** What was left out or taken to be closed, in words without content. */
  readonly faults: readonly string[];
}

type Growing = { readonly name: string; readonly content: (Component | ContentLine)[] };

/** Never throws: lines that are none are left out and reported, components that are not closed are taken to end with what holds them. */
export function readTree(text: string): Tree {
  const roots: Component[] = [];
  const faults: string[] = [];
  const open: Growing[] = [];
  const close = () => {
    const done = open.pop();
    const holder = open.at(-1);
    if (done) (holder ? holder.content : roots).push(done);
  };
  for (const [index, line] of unfolded(text).entries()) {
    if (line.trim() === '') continue;
    const where = `line ${index + 1}`;
    const [, kind, name] = /^(BEGIN|END):\s*([\w-]+)\s*$/i.exec(line) ?? [];
    if (kind?.toUpperCase() === 'BEGIN' && name) {
      if (isEvent(name) && open.some((component) => isEvent(component.name))) {
        faults.push(`${where}: an event begins inside another, which is taken to end here`);
        while (open.some((component) => isEvent(component.name))) close();
      }
      open.push({ name: name.toUpperCase(), content: [] });
    } else if (kind && name) {
      if (!open.some((component) => component.name === name.toUpperCase())) {
        faults.push(`${where}: the end of a component that did not begin`);
        continue;
      }
      while (open.at(-1)?.name !== name.toUpperCase()) close();
      close();
    } else {
      const property = /^([A-Za-z0-9-]+)[:;]/.exec(line)?.[1]?.toUpperCase();
      const holder = open.at(-1);
      if (property && holder) holder.content.push({ property, text: line });
      else faults.push(`${where}: not an iCalendar line, left out`);
    }
  }
  if (open.length > 0) faults.push('the text ends inside a component');
  while (open.length > 0) close();
  return { roots, faults };
}

function isEvent(name: string): boolean {
  return name.toUpperCase() === 'VEVENT';
}

/** Line ends of every kind count; a byte order mark does not. */
function unfolded(text: string): string[] {
  return (
    text
      .replace(/^\ufeff/, '')
      .replace(/\r\n?/g, '\n')
      .trimStart()
      // Some programs put empty lines before a continuation.
      .replace(/\n+[ \t]/g, '')
      .split('\n')
  );
}

/** The text of components, in CRLF lines folded at 75 octets. */
export function writeTree(roots: readonly Component[]): string {
  return roots
    .flatMap(linesOf)
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

function linesOf(component: Component): string[] {
  const inner = component.content.flatMap((part) => (isComponent(part) ? linesOf(part) : [part.text]));
  return [`BEGIN:${component.name}`, ...inner, `END:${component.name}`];
}

/** Counts octets and never cuts a character. */
function folded(line: string): string {
  if (Buffer.byteLength(line) <= 75) return line;
  let result = '';
  let room = 75;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (size > room) {
      result += '\r\n ';
      room = 74;
    }
    result += character;
    room -= size;
  }
  return result;
}

export function isComponent(part: Component | ContentLine): part is Component {
  return 'content' in part;
}

/** All components of this name, at any depth, outermost first. */
export function componentsNamed(parts: readonly (Component | ContentLine)[], name: string): Component[] {
  return parts
    .filter(isComponent)
    .flatMap((component) => [
      ...(component.name === name ? [component] : []),
      ...componentsNamed(component.content, name),
    ]);
}

/** The component's own lines of this property, in their order. */
export function linesNamed(component: Component, property: string): ContentLine[] {
  return component.content.filter(
    (part): part is ContentLine => !isComponent(part) && part.property === property.toUpperCase(),
  );
}

/**
 * What a line says.
 * @throws Error when it is malformed; its message repeats nothing of the line
 */
export function read(line: ContentLine): Property {
  // Doubled semicolons and blanks around names are common and harmless.
  let text = line.text.replace(/^([A-Za-z0-9-]+);+(?=[^:])/, '$1;').replace(/^([A-Za-z0-9-]+);:/, '$1:');
  if (line.property === 'RRULE' || line.property === 'EXRULE')
    text = text.replace(/\s+/g, '').replace(/;+$/, '').toUpperCase();
  // A time that is said to be a date is a time.
  if (/:\d{8}T\d{6}Z?$/i.test(text)) text = text.replace(/;VALUE=DATE(?=[;:])/i, '');
  let parsed: unknown;
  try {
    parsed = ICAL.parse.property(text);
  } catch {
    throw new Error(`malformed ${line.property}`);
  }
  if (!Array.isArray(parsed)) throw new Error(`malformed ${line.property}`);
  const [, parameters, type, ...values]: unknown[] = parsed;
  return { parameters: parametersFrom(parameters), type: String(type).toLowerCase(), values };
}

function parametersFrom(parsed: unknown): Record<string, string> {
  if (typeof parsed !== 'object' || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

/** What the first line of this property says, or undefined where there is none. @throws as `read` */
export function firstOf(component: Component, property: string): Property | undefined {
  const [line] = linesNamed(component, property);
  return line && read(line);
}

/** The text of the first readable line of this property, unescaped; empty where there is none. */
export function textOf(component: Component, property: string): string {
  for (const line of linesNamed(component, property)) {
    try {
      const { type, values } = read(line);
      const text = values.map(String).join(',');
      return type === 'text' ? text : unescaped(text);
    } catch {
      // The next one, if any; a text that cannot be read is no reason to lose the event.
    }
  }
  return '';
}

/** A line with a TEXT value. @param text line breaks and all */
export function textLine(property: string, text: string): ContentLine {
  return { property, text: `${property}:${escaped(text)}` };
}

export function plainLine(property: string, value: string, parameters = ''): ContentLine {
  return { property, text: `${property}${parameters}:${value}` };
}

/** RFC 5545, 3.3.11. Control characters have no place in a text. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '');
}

export function unescaped(text: string): string {
  return text.replace(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}

/** A copy of a component whose own lines of these properties are replaced by the given ones; all else stays in its place. */
export function withLines(
  component: Component,
  properties: readonly string[],
  lines: readonly ContentLine[],
): Component {
  const replaced = new Set(properties);
  const isReplaced = (part: Component | ContentLine) => !isComponent(part) && replaced.has(part.property);
  const firstComponent = component.content.findIndex(isComponent);
  const first = component.content.findIndex(isReplaced);
  const end = firstComponent < 0 ? component.content.length : firstComponent;
  const at = first < 0 ? end : first;
  const keep = (parts: readonly (Component | ContentLine)[]) => parts.filter((part) => !isReplaced(part));
  return {
    name: component.name,
    content: [...keep(component.content.slice(0, at)), ...lines, ...keep(component.content.slice(at))],
  };
}
