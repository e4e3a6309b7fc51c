import { type HeardPolicy, PRIVATE_RECORD } from '../../sync/policyRecord.ts';
import type { Answer } from '../answer.ts';
import { htmlDocument, htmlHeaders } from './document.ts';
import { html, type Markup } from './template.ts';

/** What was found out about a domain that somebody asked for. */
export type PolicyFinding =
  | { readonly domain: string; readonly heard: HeardPolicy }
  /** DNS gave no answer. */
  | { readonly domain: string; readonly heard: undefined }
  /** What they typed is no domain. */
  | { readonly typed: string };

/** For administrators: the record that makes every copy private, and what a domain says now. */
export function policyPage(finding: PolicyFinding | undefined): Answer {
  const domain = finding && 'domain' in finding ? finding.domain : 'yourdomain.example';
  const main = html`<section class="message">
<h1>Keep your organisation’s events private</h1>
<p>With one record in your domain’s DNS every copy that Hetk makes of your people’s events says “Busy” and nothing else: no title, no text, no place, no
guests. It holds for everybody whose address ends in your domain, here and in every other installation of Hetk, and nobody can switch it off in theirs.</p>
<h2>The record to set</h2>
<table>
<tr><th scope="row">Type</th><td><code>TXT</code></td></tr>
<tr><th scope="row">Name</th><td><code>_hetk.${domain}</code></td></tr>
<tr><th scope="row">Value</th><td><code>${PRIVATE_RECORD}</code></td></tr>
</table>
<p>Hetk asks again when somebody connects an account or makes or changes a pair, and otherwise about every six hours. Copies that tell more are then rewritten.
When DNS gives no answer, what it said last goes on counting. Each domain speaks for itself: set the record for every domain and
subdomain that your people’s addresses end in.</p>
<h2>Check a domain</h2>
<form method="get" action="/policy"><label>Domain <input name="domain" required maxlength="253" autocomplete="off" spellcheck="false" value="${typedIn(finding)}"></label>
<p class="row"><button class="main">Check</button></p></form>
${finding && html`<p role="status">${sentenceOf(finding)}</p>`}
${finding && 'domain' in finding && finding.heard && finding.heard.records.length > 0 && html`<p>It says: ${finding.heard.records.map((record) => html`<code>${record}</code> `)}</p>`}
</section>`;
  return { status: 200, headers: htmlHeaders, body: htmlDocument('Domain policy', main) };
}

function typedIn(finding: PolicyFinding | undefined): string {
  if (!finding) return '';
  return 'domain' in finding ? finding.domain : finding.typed;
}

function sentenceOf(finding: PolicyFinding): Markup {
  if (!('domain' in finding)) return html`This is no domain. Write it as it stands after the @ of an address.`;
  const { domain, heard } = finding;
  if (!heard) return html`DNS gave no answer for <b>${domain}</b>. Try again in a minute.`;
  if (heard.unclear) {
    return html`<b>${domain}</b> has a record that Hetk does not understand. To be safe it counts as private. Correct it to the value above.`;
  }
  if (heard.policy === 'private') return html`<b>${domain}</b> demands that all copies are private.`;
  return heard.records.length > 0
    ? html`<b>${domain}</b> says that it demands nothing.`
    : html`<b>${domain}</b> has no such record: people decide for themselves.`;
}
