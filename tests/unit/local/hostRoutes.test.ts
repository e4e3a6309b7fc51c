import { describe, expect, it } from '@jest/globals';
import { byPrecedence, matchRoute, parseRoute } from '../../../local/host/routes.ts';

const match = (template: string, path: string, prefix = '') => matchRoute(parseRoute(prefix, template), path);

describe('route templates', () => {
  it('fit only paths of their own length, with or without a slash at the end', () => {
    expect(match('api/pairs', '/api/pairs')).toEqual({});
    expect(match('api/pairs', '/api/pairs/')).toEqual({});
    expect(match('api/pairs', '/api')).toBeUndefined();
    expect(match('api/pairs', '/api/pairs/1')).toBeUndefined();
  });

  it('put the prefix of host.json before the template', () => {
    expect(match('me', '/api/me', 'api')).toEqual({});
    expect(match('me', '/me', 'api')).toBeUndefined();
  });

  it('decode parameters, and leave out an optional one that is missing', () => {
    expect(match('a/{id}', '/a/x%2Fy')).toEqual({ id: 'x/y' });
    expect(match('a/{id?}', '/a')).toEqual({});
    expect(match('a/{id}', '/a')).toBeUndefined();
    expect(match('a/{id}', '/a/%E0%A4%A')).toEqual({ id: '%E0%A4%A' });
  });

  it('take only whole numbers where they ask for a number', () => {
    expect(match('n/{id:int}', '/n/-12')).toEqual({ id: '-12' });
    expect(match('n/{id:int}', '/n/1x')).toBeUndefined();
  });

  it('give everything that is left to a rest parameter, also nothing', () => {
    expect(match('files/{*path}', '/files/a/b')).toEqual({ path: 'a/b' });
    expect(match('files/{**path}', '/files')).toEqual({});
  });

  it('are tried from the most particular to the least', () => {
    const sorted = ['{*rest}', 'a/{id}', 'a/b', 'a/{id:int}', '']
      .map((text) => parseRoute('', text))
      .sort(byPrecedence);
    expect(sorted.map((route) => route.template)).toEqual(['', 'a/b', 'a/{id:int}', 'a/{id}', '{*rest}']);
  });

  it('are refused when they hold something this host does not know', () => {
    expect(() => parseRoute('', 'a/{id:guid}')).toThrow('{id:guid}');
  });
});
