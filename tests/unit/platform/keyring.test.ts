import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileKeyring } from '../../../shared/platform/fileKeyring.ts';
import { freshKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { SettingError } from '../../../shared/platform/settings.ts';
import { readVaultKeyring } from '../../../shared/platform/vaultKeyring.ts';

const purposes = ['credentials', 'push', 'session', 'links'] as const;

describe('the keyring of one machine', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hetk-keys-'));
    path = join(directory, 'own', 'keys.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is made with a 32-byte key of its own for each purpose, for the eyes of its owner, and stays the same', () => {
    const made = readFileKeyring(path);
    const read = readFileKeyring(path);
    const keys = purposes.map((purpose) => made.newest(purpose));
    expect(keys.map(({ bytes }) => bytes.length)).toEqual([32, 32, 32, 32]);
    expect(new Set(keys.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(4);
    expect(purposes.map((purpose) => read.newest(purpose))).toEqual(keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'own'))).toEqual(['keys.json']);
  });

  it('is refused when others may read it, in one line that says what to do', () => {
    readFileKeyring(path);
    chmodSync(path, 0o640);
    expect(() => readFileKeyring(path)).toThrow(SettingError);
    expect(() => readFileKeyring(path)).toThrow(`chmod 600 ${path}`);
  });

  it('that is damaged is refused by naming what is wrong, never a key', () => {
    readFileKeyring(path);
    const whole = JSON.parse(readFileSync(path, 'utf8'));
    const secret = 'c2hvcnQ=';
    for (const [bad, why] of [
      ['{', 'not JSON'],
      [JSON.stringify({ ...whole, links: [] }), 'links'],
      [JSON.stringify({ ...whole, push: [{ id: 'a', key: secret }] }), '32 bytes'],
      [JSON.stringify({ ...whole, push: [...whole.push, ...whole.push] }), 'same id'],
      [JSON.stringify({ ...whole, extra: [] }), 'extra'],
    ]) {
      writeFileSync(path, bad ?? '');
      expect(() => readFileKeyring(path)).toThrow(SettingError);
      expect(() => readFileKeyring(path)).toThrow(why);
      expect(() => readFileKeyring(path)).not.toThrow(secret);
    }
  });

  it('with several keys of a purpose signs with the first and knows them all', () => {
    readFileKeyring(path);
    const whole = JSON.parse(readFileSync(path, 'utf8'));
    const newer = JSON.parse(freshKeys(systemRandom));
    writeFileSync(path, JSON.stringify({ ...whole, push: [...newer.push, ...whole.push] }));
    const keyring = readFileKeyring(path, { secrets: { google: 'g' } });
    expect(keyring.newest('push').id).toBe(newer.push[0].id);
    expect(keyring.find('push', whole.push[0].id)?.bytes.length).toBe(32);
    expect(keyring.find('session', whole.push[0].id)).toBeUndefined();
    expect(keyring.secret('google')).toBe('g');
    expect(keyring.secret('microsoft')).toBeUndefined();
  });
});

describe('the keyring in Key Vault', () => {
  const url = 'https://hetk-kv.vault.azure.net';
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

  /** Asks for a token first, as the service does, and then gives what it has. */
  function vault(
    secrets: Readonly<Record<string, string>>,
  ): NonNullable<SecretClientOptions['httpClient']> & { asked: number } {
    return {
      asked: 0,
      async sendRequest(request) {
        // The only headers at hand are the request's: the answer takes them back with its own added.
        const { headers } = request;
        headers.set('content-type', 'application/json');
        if (!request.headers.has('authorization')) {
          headers.set(
            'www-authenticate',
            `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
          );
          return { request, status: 401, headers, bodyAsText: '{}' };
        }
        this.asked += 1;
        const name = /\/secrets\/([^/?]+)/.exec(request.url)?.[1] ?? '';
        const value = secrets[name];
        if (!value) {
          return {
            request,
            status: 404,
            headers,
            bodyAsText: '{"error":{"code":"SecretNotFound","message":"not found"}}',
          };
        }
        return { request, status: 200, headers, bodyAsText: JSON.stringify({ value, id: `${url}/secrets/${name}/1` }) };
      },
    };
  }

  it('holds the same keys and the client secrets that are there, and is read once', async () => {
    const json = freshKeys(systemRandom);
    const httpClient = vault({ 'hetk-keys': json, 'hetk-google-client-secret': 'g' });
    const keyring = await readVaultKeyring(url, credential, { httpClient });
    expect(keyring.newest('links').id).toBe(JSON.parse(json).links[0].id);
    expect(keyring.secret('google')).toBe('g');
    expect(keyring.secret('microsoft')).toBeUndefined();
    expect(httpClient.asked).toBe(3);
  });

  it('without keys, or with what is no keyring, stops the start and names the setting', async () => {
    await expect(readVaultKeyring(url, credential, { httpClient: vault({}) })).rejects.toThrow('HETK_KEYS');
    await expect(readVaultKeyring(url, credential, { httpClient: vault({ 'hetk-keys': '{}' }) })).rejects.toThrow(
      SettingError,
    );
  });
});
