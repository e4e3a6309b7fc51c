import { describe, expect, it } from '@jest/globals';
import { plainFromRich, richFromHtml, richFromMixed, richFromPlain } from '../../../shared/calendar/text.ts';

describe('rich text', () => {
  it('keeps paragraphs, lists and links of HTML and drops script, style and images', () => {
    const rich = richFromHtml(
      '<html><head><style>p{}</style></head><body><div>One</div><p>Two <a href="https://a.example/?x=1&amp;y=2" onclick="x()">there</a>' +
        '<script>alert(1)</script><img src="https://t.example/p.gif"></p><ul><li>a</li></ul></body></html>',
    );
    expect(rich).toBe('<p>One</p><p>Two <a href="https://a.example/?x=1&amp;y=2">there</a></p><ul><li>a</li></ul>');
    expect(plainFromRich(rich)).toBe('One\nTwo there (https://a.example/?x=1&y=2)\n- a');
  });

  it('drops links that could run script', () => {
    expect(richFromHtml('<a href="javascript:alert(1)">x</a>')).toBe('<a>x</a>');
  });

  it('treats markup that shows nothing as no text', () => {
    expect(richFromHtml('<html><body><div>&nbsp;</div><br></body></html>')).toBe('');
  });

  it('gives plain text back as it was, line breaks and addresses included', () => {
    const text = 'Bring <b>, "quotes" & it\'s\n\nhttps://a.example/p?q=1&r=2.\nBye';
    expect(plainFromRich(richFromPlain(text))).toBe(text);
    expect(richFromPlain(text)).toContain('<a href="https://a.example/p?q=1&amp;r=2">');
  });

  it('counts line breaks beside markup, as Google shows them', () => {
    expect(richFromMixed('<b>One</b>\nTwo')).toBe('<b>One</b><br>Two');
    expect(richFromMixed('1 < 2\nTwo')).toBe('1 &lt; 2<br>Two');
  });

  it('says the same of a text whatever it was asked before', () => {
    const list = '<ol><li>one</li><li>two</li></ol><p>See <a href="https://a.example/">there</a></p>';
    const first = plainFromRich(list);
    plainFromRich('<ol><li>three</li></ol><blockquote>left open');
    expect(first).toContain('2. two');
    expect(plainFromRich(list)).toBe(first);
  });
});
