import { plainFromRich, richFromHtml } from './text.ts';

/** Join links of Teams, Meet, Zoom and Webex, with or without the safe-link wrapping of mail gateways. */
const joinLink =
  /https?:\/\/(?:[\w-]+\.)*(?:teams\.microsoft\.com\/(?:l\/meetup-join|meet)|teams\.live\.com\/meet|meet\.google\.com\/|zoom\.(?:us|com)\/(?:j|my|s|w)\/|zoomgov\.com\/j\/|webex\.com\/(?:meet|join|[\w/.-]*j\.php|[\w/.-]*m\/))[^\s<>"']*|https?:\/\/(?:[\w-]+\.)*safelinks\.protection\.outlook\.com\/[^\s<>"']*(?:teams\.microsoft|zoom\.us|webex\.com|meet\.google)[^\s<>"']*/gi;

/** A line that fences a block which a service added: underscores (Teams), Meet's delimiter, Webex's plea. */
const fence = /^(?:_{12,}|-::~[:~-]*|[-–—\s]*do not delete or change any of the following text\.?[-–—\s]*)$/i;

/** Lines of an invitation that say nothing without their link. Taken away only where a join link was found. */
const leftover =
  /^(?:.{0,120}is inviting you to a scheduled zoom meeting\.?|join (?:zoom meeting|the meeting( now)?|with google meet|microsoft teams meeting|on your computer.*|by phone|meeting|webex meeting).*|microsoft teams(?: meeting)?( need help\?)?|(?:meeting )?(?:id|passcode|password|number \(access code\))\s*[:：].*|one tap mobile|dial by your location|dial in by phone|find (?:your local|a local) number.*|learn more.*meeting options.*|or call in .*|phone conference id.*|meeting options.*|\+?\d[\d ,#*()+-]{6,}.*)$/i;

const lineEnd = /(<br>|<\/p>|<\/li>|<\/ul>|<\/ol>|<\/blockquote>|<\/pre>)/;

/** Plain text (a location) without join links; other words stay, and a location without any is returned as it is. */
export function locationWithoutJoinLinks(location: string): string {
  if (!has(location)) return location;
  return location
    .replace(joinLink, '')
    .replace(/\s*[;,|]\s*(?=[;,|]|$)/g, '')
    .replace(/^\s*[;,|]\s*/, '')
    .trim();
}

/** Rich text without the blocks and links that conferencing services put into descriptions; a description without any is returned as it is. */
export function withoutJoinLinks(rich: string): string {
  if (!holdsJoinLinks(rich)) return rich;
  const lines = linesOf(rich);
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (!line) continue;
    if (fence.test(line.plain)) {
      const end = lines.findIndex((other, index) => index > at && fence.test(other.plain));
      const block = lines.slice(at, end < 0 ? undefined : end + 1);
      if (has(block.map((inner) => inner.rich).join('')) || line.plain.startsWith('-::~')) {
        at += block.length - 1;
        continue;
      }
    }
    if (leftover.test(line.plain)) continue;
    kept.push(withoutLinks(line.rich));
  }
  return richFromHtml(kept.join('').replace(/^(?:<br>)+|(?:<br>)+$/g, ''));
}

/** Does a rich text or a location hold a join link or a conferencing block? */
export function holdsJoinLinks(text: string): boolean {
  return has(text) || /-::~/.test(text);
}

function has(text: string): boolean {
  joinLink.lastIndex = 0;
  return joinLink.test(text);
}

function linesOf(rich: string): { rich: string; plain: string }[] {
  const parts = rich.split(lineEnd);
  const lines: { rich: string; plain: string }[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const line = (parts[index] ?? '') + (parts[index + 1] ?? '');
    lines.push({ rich: line, plain: plainFromRich(line) });
  }
  return lines;
}

function withoutLinks(rich: string): string {
  return rich
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, (whole, href: string) =>
      has(href.replaceAll('&amp;', '&')) ? '' : whole,
    )
    .replace(joinLink, '');
}
