import type { Calendar } from '../../stores/stores.ts';
import type { AccountView } from '../api/me.ts';
import { withOptions } from '../api/pairRequest.ts';
import type { Problem } from '../problem.ts';
import { providerName } from './accountCard.ts';
import { dot } from './calendarLabel.ts';
import { problemNote } from './forms.ts';
import { optionFields } from './optionFields.ts';
import type { PairWish } from './pairWish.ts';
import { html, type Markup } from './template.ts';

export interface NewPair {
  readonly accounts: readonly AccountView[];
  readonly calendars: readonly Calendar[];
  /** What was chosen before. */
  readonly wish: PairWish;
  readonly problem?: Problem;
}

/** The steps to a pair; nothing is written before the last. */
export function steps(here: 0 | 1): Markup {
  const names = ['1. Choose', '2. Look at what would be written', '3. Start'];
  return html`<ol class="steps">${names.map((name, at) => html`<li ${at === here && html`aria-current="step"`}>${name}</li>`)}</ol>`;
}

/** Asks for two calendars, a direction, and what copies tell. */
export function newPairPage({ accounts, calendars, wish, problem }: NewPair): Markup {
  const head = html`<div class="head stack">${steps(0)}<h1>New pair</h1></div>`;
  if (!calendars.some(({ writable }) => writable) || calendars.length < 2) {
    return html`${head}<div class="card stack"><p>A pair needs two calendars, and Hetk must be able to write to one of them. Connect a second account first.</p>
<p><a class="button main" href="/">To your accounts</a></p></div>`;
  }
  const choice = (name: 'source' | 'target', legend: string, allowed: (calendar: Calendar) => boolean) =>
    calendarChoice({ name, legend, accounts, calendars, chosen: wish[name], allowed });
  return html`${head}${problem && problemNote(problem)}
<form class="stack" action="/new-pair/preview">
<div class="split even">
${choice('source', 'Copy the events of', ({ readable }) => readable)}
${choice('target', 'into', ({ writable }) => writable)}
</div>
${directionChoice(wish.direction === 'two-way')}
<div class="split even"><div class="card">${optionFields('sourceToTarget', html`What the copies tell`, withOptions(wish.sourceToTarget ?? {}))}</div>
<div class="card" data-only-for="two-way">${optionFields('targetToSource', html`What the copies tell on the way back <small>only for two-way</small>`, withOptions(wish.targetToSource ?? {}))}</div></div>
<p class="row"><button class="main">Show what would be written</button> <span role="status" data-wait="Reading both calendars. That can take a moment."></span></p>
<p class="soft small">This only reads. Nothing is written before you choose “Start” on the next page.</p>
</form>`;
}

function directionChoice(twoWay: boolean): Markup {
  const way = (value: string, checked: boolean, title: string, more: string) =>
    html`<label class="check pick"><input type="radio" name="direction" value="${value}" ${checked && html`checked`}> <span>${title} <small>${more}</small></span></label>`;
  return html`<fieldset class="card tight"><legend>Which way</legend>
<div class="two">${way(
    'one-way',
    !twoWay,
    'One-way',
    'The second calendar gets copies of the events of the first. The original counts: a copy that you change is put back.',
  )}${way(
    'two-way',
    twoWay,
    'Two-way',
    'Each calendar gets copies of the events of the other. Edit or delete an event or its copy, and the other follows. A copy that says only “Busy” gives back its time, its state and its deletion. A meeting is never changed through its copy.',
  )}</div></fieldset>`;
}

interface Choice {
  readonly name: 'source' | 'target';
  readonly legend: string;
  readonly accounts: readonly AccountView[];
  readonly calendars: readonly Calendar[];
  readonly chosen: string | undefined;
  readonly allowed: (calendar: Calendar) => boolean;
}

/** Every calendar by account, in its own colour. What cannot be chosen is shown all the same, with the reason. */
function calendarChoice({ name, legend, accounts, calendars, chosen, allowed }: Choice): Markup {
  const option = (calendar: Calendar, usable: boolean) => {
    const on = usable && allowed(calendar);
    const why = usable ? (calendar.reason ?? 'It can only be read.') : 'The account needs to be connected again.';
    return html`<label class="check pick ${!on && 'off'}"><input type="radio" name="${name}" value="${calendar.id}" required ${!on && html`disabled`} ${on && chosen === calendar.id && html`checked`}>
${dot(calendar.color)}<span>${calendar.name} ${!on && html`<small>${why}</small>`}</span></label>`;
  };
  const group = ({ id, email, provider, status, policy }: AccountView) => {
    const own = calendars.filter(({ accountId }) => accountId === id);
    if (own.length === 0) return html``;
    return html`<div class="tight" role="group" aria-label="${email}"><p class="soft small">${email} · ${providerName(provider)}${policy === 'private' && name === 'source' && ' · copies of these say only “Busy”: the domain demands it'}</p>
${own.map((calendar) => option(calendar, status === 'active'))}</div>`;
  };
  return html`<fieldset class="card stack"><legend>${legend}</legend>${accounts.map(group)}</fieldset>`;
}
