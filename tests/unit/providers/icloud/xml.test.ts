import { describe, expect, it } from '@jest/globals';
import { conditionsIn, multistatusIn } from '../../../../shared/providers/icloud/multistatus.ts';
import {
  CALDAV,
  childOf,
  createXmlReader,
  DAV,
  escapeXml,
  parseXml,
  textIn,
} from '../../../../shared/providers/icloud/xml.ts';

const base = { root: 'https://caldav.icloud.com', path: '/123456789/calendars/' };

describe('the XML of an answer', () => {
  it('is read by namespace: prefixed, or declared anew on each element as iCloud does', () => {
    const icloud =
      '<?xml version="1.0" encoding="UTF-8"?><multistatus xmlns="DAV:"><response><href xmlns="DAV:">/123456789/principal/</href><propstat><prop><calendar-home-set xmlns="urn:ietf:params:xml:ns:caldav"><href xmlns="DAV:">https://p180-caldav.icloud.com:443/123456789/calendars/</href></calendar-home-set></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>';
    const prefixed =
      '<ns0:multistatus xmlns:ns0="DAV:" xmlns:ns1="urn:ietf:params:xml:ns:caldav"><ns0:response><ns0:href>/123456789/principal/</ns0:href><ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns1:calendar-home-set><ns0:href>https://p180-caldav.icloud.com:443/123456789/calendars/</ns0:href></ns1:calendar-home-set></ns0:prop></ns0:propstat></ns0:response></ns0:multistatus>';
    for (const text of [icloud, prefixed]) {
      const [response] = multistatusIn(text, base).responses;
      expect(textIn(childOf(response?.props, CALDAV, 'calendar-home-set'), DAV, 'href')).toBe(
        'https://p180-caldav.icloud.com:443/123456789/calendars/',
      );
    }
  });

  it('keeps the text of CDATA as it is, also in pieces, and entities decoded', () => {
    const root = parseXml(
      '<a xmlns="DAV:"><b><![CDATA[SUMMARY:a < b & c]]]]><![CDATA[>\r\nX:1]]></b><c>&lt;&amp;&#252;</c></a>',
    );
    expect(childOf(root, DAV, 'b')?.text).toBe('SUMMARY:a < b & c]]>\nX:1');
    expect(childOf(root, DAV, 'c')?.text).toBe('<&ü');
  });

  it('is the same wherever it is cut into pieces', () => {
    const text =
      '<a xmlns="DAV:">\r\n<b><![CDATA[SUMMARY:a < b\r\nX:1\r]]]]><![CDATA[>]]></b>\r<c>&lt;&amp;&#252;\u{1f600}</c></a>\r\n';
    const whole = parseXml(text);
    for (let at = 0; at <= text.length; at += 1) {
      const reader = createXmlReader();
      reader.read(text.slice(0, at));
      reader.read(text.slice(at));
      expect(reader.end()).toEqual(whole);
    }
  });

  it('is refused when it ends too early, also where a whole piece came', () => {
    const reader = createXmlReader();
    reader.read('<a xmlns="DAV:"><b/>');
    expect(() => reader.end()).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });

  it.each([
    ['a page of HTML', '<!DOCTYPE html><html><p>No'],
    ['a document type with an entity', '<!DOCTYPE a [<!ENTITY e "boom">]><a>&e;</a>'],
    ['a document type that reaches outside', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['an element that is not closed', '<a xmlns="DAV:"><b></a>'],
    ['an entity that nobody declared', '<a>&e;</a>'],
    ['nothing', ''],
    ['text', 'Internal error'],
    ['elements without end', `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });

  it('may speak of a document type within a text', () => {
    expect(parseXml('<a><![CDATA[<!DOCTYPE html>]]></a>').text).toBe('<!DOCTYPE html>');
  });

  it('is written without what would end it', () => {
    expect(parseXml(`<a>${escapeXml('<b>&]]>\u0000\u000b')}</a>`).text).toBe('<b>&]]>');
  });
});

describe('a multistatus', () => {
  const response = (inner: string) => multistatusIn(`<d:multistatus xmlns:d="DAV:">${inner}</d:multistatus>`, base);

  it('has the properties that are there, and not those that came with another status', () => {
    const { responses } = response(
      '<d:response><d:href>/a.ics</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag><d:sync-token>s</d:sync-token></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat><d:propstat><d:prop><d:displayname>x</d:displayname></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>',
    );
    expect(responses).toMatchObject([{ path: '/a.ics', status: 200, etag: '"1"' }]);
    expect(responses[0]?.props.children.map(({ name }) => name)).toEqual(['sync-token']);
  });

  it('may say that nothing is there by an empty prop with status 200', () => {
    const { responses } = response(
      '<d:response><d:href>/a/</d:href><d:propstat><d:prop/><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>',
    );
    expect(responses).toMatchObject([{ path: '/a/', status: 200, etag: undefined, props: { children: [] } }]);
  });

  it('takes a resource for there when only its properties are missing, and for gone when it is', () => {
    const { responses } = response(
      '<d:response><d:href>/a.ics</d:href><d:propstat><d:prop><d:getetag/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response><d:response><d:href>/b.ics</d:href><d:href>/c.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>',
    );
    expect(responses.map(({ path, status }) => [path, status])).toEqual([
      ['/a.ics', 200],
      ['/b.ics', 404],
      ['/c.ics', 404],
    ]);
  });

  it('has a token, and may say within 207 that the one in the question was not valid', () => {
    expect(response('<d:sync-token> HwoQ </d:sync-token>')).toMatchObject({ syncToken: 'HwoQ', refusesToken: false });
    expect(
      response(
        '<d:response><d:href>/a/</d:href><d:status>HTTP/1.1 403 Forbidden</d:status><d:error><d:valid-sync-token/></d:error></d:response>',
      ),
    ).toMatchObject({ syncToken: undefined, refusesToken: true });
  });

  it('is nothing else', () => {
    expect(() => multistatusIn('<error xmlns="DAV:"/>', base)).toThrow(expect.objectContaining({ kind: 'malformed' }));
    expect(() => response('<d:response><d:href>https://evil.example/a</d:href></d:response>')).toThrow(
      expect.objectContaining({ code: 'foreign-host' }),
    );
  });

  it('or an error names the conditions that failed', () => {
    expect(
      conditionsIn('<error xmlns="DAV:"><no-uid-conflict xmlns="urn:ietf:params:xml:ns:caldav"/></error>'),
    ).toEqual(['no-uid-conflict']);
    expect(conditionsIn('Not found')).toEqual([]);
  });
});
