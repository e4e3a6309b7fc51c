import type { SimInstance, SimTime } from '../../../local/core/core.ts';
import { instantOf } from '../../../local/core/expansion.ts';
import { markShape } from './events.ts';

/**
 * What people wrote into the twins of two-way pairs, and what of it must be there at the end. An edit supersedes what was there before; where the
 * other twin had not caught up yet both sides have changed the same field, and then either may win: the services tell when an event was changed,
 * not when a field of it was.
 */

export type Field = 'title' | 'description' | 'location' | 'time';
const fields = ['title', 'description', 'location', 'time'] as const;

/** What a field says, as far as it can be told apart: the marks in a text, the moments of a time. */
export function said({ fields: all }: Pick<SimInstance, 'fields'>, field: Field): string {
  return field === 'time' ? timeSaid(all.time) : marksIn(all[field]);
}

export function marksIn(text: string): string {
  return (text.match(markShape) ?? []).join(' ');
}

export function timeSaid(time: SimTime): string {
  return `${instantOf(time.start, time)}/${instantOf(time.end, time)}/${time.allDay}`;
}

interface State {
  /** What the field may say at the end. */
  values: Set<string>;
}

interface Deletion {
  readonly at: number;
  /** The twins said the same: nothing can stand against the deletion. */
  readonly clean: boolean;
  /** The copy had an edit that its original had not taken over: that counts more than the deletion. */
  readonly edited: boolean;
}

export class Edits {
  private readonly states = new Map<string, State>();
  private readonly deletions = new Map<string, Deletion>();
  /** Originals that were made anew, by the one that each stands for. */
  private readonly successors = new Map<string, string>();

  /**
   * Notes an edit.
   * @param original names the original, whichever twin was edited
   * @param before the edited twin before the edit; `after` after it
   * @param others the other twins as they are now
   * @param seen fields whose edits follow to the other twins
   * @param open fields of which nobody can say without the engine whether they do
   */
  edited(
    original: string,
    before: SimInstance,
    after: SimInstance,
    others: readonly SimInstance[],
    seen: readonly Field[],
    open: readonly Field[] = [],
  ): void {
    const key = this.newest(original);
    this.deletions.delete(key);
    for (const field of fields) {
      const value = said(after, field);
      if (open.includes(field) && value !== said(before, field)) this.states.delete(`${key}\n${field}`);
      if (!seen.includes(field) || value === said(before, field)) continue;
      // An empty text cannot be told from any other.
      if (value === '') {
        this.states.delete(`${key}\n${field}`);
        continue;
      }
      const behind = others.some((other) => said(other, field) !== said(before, field));
      const id = `${key}\n${field}`;
      const state = this.states.get(id);
      if (state && behind) {
        state.values.add(value);
        for (const other of others) state.values.add(said(other, field));
      } else if (behind)
        this.states.set(id, { values: new Set([value, ...others.map((other) => said(other, field))]) });
      else this.states.set(id, { values: new Set([value]) });
    }
  }

  deleted(original: string, deletion: Deletion): void {
    this.deletions.set(this.newest(original), deletion);
  }

  /** A copy is deleted, and with it what was written into it and had not come to its original. */
  copyGone(key: string, original: SimInstance): void {
    for (const field of fields) this.states.get(`${this.newest(key)}\n${field}`)?.values.add(said(original, field));
  }

  /** Something happened to a twin after the deletion. */
  doubted(original: string): void {
    const key = this.newest(original);
    const deletion = this.deletions.get(key);
    if (deletion) this.deletions.set(key, { ...deletion, clean: false });
    for (const field of fields) this.states.delete(`${key}\n${field}`);
  }

  /** From here on nobody can say what must be there: another rule than "the later edit counts" applies. */
  forget(matches: (original: string) => boolean): void {
    for (const id of this.states.keys()) if (matches(id.split('\n')[0] ?? '')) this.states.delete(id);
    for (const key of this.deletions.keys()) if (matches(key)) this.deletions.delete(key);
  }

  /** @param made the one that was made anew: what the deleted one said and its copy did not is gone with it */
  succeeded(original: string, successor: string, made: SimInstance | undefined): void {
    const before = this.newest(original);
    if (before === successor) return;
    this.successors.set(before, successor);
    this.deletions.delete(before);
    for (const [id, state] of [...this.states]) {
      const [key, field] = id.split('\n');
      if (key !== before) continue;
      this.states.delete(id);
      const known = fields.find((each) => each === field);
      if (made && known) state.values.add(said(made, known));
      this.states.set(`${successor}\n${field}`, state);
    }
  }

  /** The one original of a calendar that is to be made anew; where there are more nobody can say which of them it was, and none is asked for. */
  onlyMissing(calendarId: string): string | undefined {
    const found = [...this.deletions].flatMap(([key, { edited }]) =>
      edited && key.startsWith(`${calendarId} `) ? key : [],
    );
    if (found.length > 1) this.forget((key) => found.includes(key));
    return found.length === 1 ? found[0] : undefined;
  }

  newest(original: string): string {
    const next = this.successors.get(original);
    return next === undefined ? original : this.newest(next);
  }

  deletionOf(original: string): Deletion | undefined {
    return this.deletions.get(this.newest(original));
  }

  allDeletions(): readonly (readonly [string, Deletion])[] {
    return [...this.deletions];
  }

  /** What must be there: original, field, and what the field may say. */
  *wanted(): Generator<{ readonly original: string; readonly field: Field; readonly values: ReadonlySet<string> }> {
    for (const [id, { values }] of this.states) {
      const [original = '', field = ''] = id.split('\n');
      const known = fields.find((each) => each === field);
      if (known) yield { original, field: known, values };
    }
  }
}
