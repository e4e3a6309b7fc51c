/** HTML that may stand as it is: made by `html` only. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Insert = string | number | Markup | readonly Markup[] | false | undefined;

/** A template whose inserts are escaped, for text and for attributes in double quotes. `false` and undefined leave nothing. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return new Markup(strings.reduce((text, next, index) => text + written(inserts[index - 1]) + next));
}

function written(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === 'object') return insert.map(({ text }) => text).join('');
  return String(insert).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
