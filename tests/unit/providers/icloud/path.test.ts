import { describe, expect, it } from '@jest/globals';
import { sameEtag } from '../../../../shared/providers/icloud/etags.ts';
import { eventIdOf, eventNameOf } from '../../../../shared/providers/icloud/ids.ts';
import {
  canonicalPath,
  isOnPartition,
  pathOfHref,
  redirectTarget,
  requestPath,
} from '../../../../shared/providers/icloud/path.ts';

const icloud = 'https://caldav.icloud.com';

describe('a path', () => {
  it.each([
    ['/1/calendars/home/A%20b.ics', '/1/calendars/home/A b.ics', '/1/calendars/home/A%20b.ics'],
    ['/alice%40example.com/c/', '/alice@example.com/c/', '/alice%40example.com/c/'],
    ['/alice@example.com/c/', '/alice@example.com/c/', '/alice%40example.com/c/'],
    ['/1/a%2Fb.ics', '/1/a%2Fb.ics', '/1/a%2Fb.ics'],
    ['/1/100%25.ics', '/1/100%25.ics', '/1/100%25.ics'],
    ['/1/100%.ics', '/1/100%25.ics', '/1/100%25.ics'],
    ['/1/a%23b%3Fc.ics', '/1/a%23b%3Fc.ics', '/1/a%23b%3Fc.ics'],
    ['/1/%C3%BC.ics', '/1/ü.ics', '/1/%C3%BC.ics'],
  ])('%s is kept as %s and asked for as %s', (given, kept, asked) => {
    expect(canonicalPath(given)).toBe(kept);
    expect(requestPath(kept)).toBe(asked);
    expect(canonicalPath(asked)).toBe(kept);
  });

  it('loses its host, which may move', () => {
    for (const host of ['https://p180-caldav.icloud.com:443', 'https://p181-caldav.icloud.com', icloud, '']) {
      expect(pathOfHref(`${host}/1/calendars/`, icloud, '/')).toBe('/1/calendars/');
    }
    expect(pathOfHref('home/', 'http://127.0.0.1:5232', '/alice/')).toBe('/alice/home/');
  });

  it.each([
    'https://evil.example/1/',
    'http://p180-caldav.icloud.com/1/',
    'https://icloud.com.evil.example/1/',
    'https://evilicloud.com/1/',
    'https://p180-caldav.icloud.com:8443/1/',
    '//evil.example/1/',
    'https://[bad',
  ])('is not taken from %s', (href) => {
    expect(() => pathOfHref(href, icloud, '/')).toThrow(expect.objectContaining({ code: 'foreign-host' }));
    expect(() => pathOfHref(href, 'http://127.0.0.1:5232', '/')).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });

  it('on a partition tells that it is iCloud that answers', () => {
    expect(isOnPartition('https://p42-caldav.icloud.com:443/1/calendars/', 'http://127.0.0.1:7074')).toBe(true);
    expect(isOnPartition('/1/calendars/', icloud)).toBe(true);
    expect(isOnPartition('/alice/', 'http://127.0.0.1:5232')).toBe(false);
  });
});

describe('a redirect', () => {
  it('is followed within the configured origin, and between hosts of iCloud', () => {
    expect(redirectTarget('/other/', new URL('http://127.0.0.1:5232/x'), 'http://127.0.0.1:5232').href).toBe(
      'http://127.0.0.1:5232/other/',
    );
    expect(redirectTarget('https://p42-caldav.icloud.com/1/', new URL(`${icloud}/1/`), icloud).hostname).toBe(
      'p42-caldav.icloud.com',
    );
  });

  it.each([
    ['https://evil.example/', icloud],
    ['http://p42-caldav.icloud.com/1/', icloud],
    ['https://user:pass@p42-caldav.icloud.com/1/', icloud],
    ['https://p42-caldav.icloud.com/1/', 'http://127.0.0.1:5232'],
    ['http://127.0.0.1:5233/', 'http://127.0.0.1:5232'],
  ])('to %s from %s is refused', (location, root) => {
    expect(() => redirectTarget(location, new URL(`${root}/x`), root)).toThrow(
      expect.objectContaining({ code: 'foreign-host' }),
    );
  });
});

describe('an id', () => {
  it('names a resource, or an occurrence of it', () => {
    for (const name of [{ href: '/1/a%23b.ics' }, { href: '/1/a%23b.ics', recurrenceId: '2026-12-01' }]) {
      expect(eventNameOf(eventIdOf(name))).toEqual(name);
    }
  });
});

describe('an etag', () => {
  it('is the same however it came', () => {
    for (const other of ['"a1"', 'W/"a1"', 'a1', '"a1-gzip"']) expect(sameEtag('"a1"', other)).toBe(true);
    expect(sameEtag('"a1"', '"a2"')).toBe(false);
    expect(sameEtag(undefined, undefined)).toBe(false);
  });
});
