import { describe, expect, it } from '@jest/globals';
import { type Door, refusedAddress, throughDoor } from '../../../local/azure/ownAddress.ts';
import { fillVault, type Vault } from '../../../local/azure/secrets.ts';
import { parseKeys } from '../../../shared/platform/keys.ts';
import { answering } from './operators.ts';

function vaultWith(secrets: Record<string, string>): Vault & { secrets: Record<string, string> } {
  return {
    secrets,
    get: async (name) => secrets[name],
    set: async (name, value) => {
      secrets[name] = value;
    },
  };
}

const ids = { HETK_MICROSOFT_CLIENT_ID: 'm', HETK_GOOGLE_CLIENT_ID: 'g' };

describe('the vault of a new installation', () => {
  it('gets keys that Hetk can read, and the client secrets that the operator gives, unseen', async () => {
    const vault = vaultWith({});
    const operator = answering('ms-secret', 'google-secret');
    expect(await fillVault(vault, ids, operator)).toEqual([]);
    expect(parseKeys(vault.secrets['hetk-keys'] ?? '').credentials).toHaveLength(1);
    expect(vault.secrets).toMatchObject({
      'hetk-microsoft-client-secret': 'ms-secret',
      'hetk-google-client-secret': 'google-secret',
    });
    expect(operator.told.join()).not.toMatch(/ms-secret|google-secret/);
  });

  it('keeps what is in it, and asks nobody again', async () => {
    const secrets = { 'hetk-keys': 'old', 'hetk-microsoft-client-secret': 'm', 'hetk-google-client-secret': 'g' };
    const vault = vaultWith({ ...secrets });
    const operator = answering('other', 'other');
    await fillVault(vault, ids, operator);
    expect(vault.secrets).toEqual(secrets);
    expect(operator.asked).toEqual([]);
  });

  it('is not asked about for a service that is not used, and takes secrets from the environment where nobody can be asked', async () => {
    const vault = vaultWith({});
    const operator = answering();
    const environment = { HETK_MICROSOFT_CLIENT_ID: 'm', HETK_MICROSOFT_CLIENT_SECRET: 'from CI' };
    expect(await fillVault(vault, environment, operator)).toEqual([]);
    expect(vault.secrets['hetk-microsoft-client-secret']).toBe('from CI');
    expect(operator.asked).toEqual([]);
    const missing = await fillVault(vault, ids, answering());
    expect(missing).toEqual([expect.stringMatching(/^hetk-google-client-secret .*az keyvault secret set/)]);
  });
});

/** As tedious and Kysely hand it over. */
const refusal = new Error('Login failed.', {
  cause: new Error(
    "Cannot open server 'sql-hetk' requested by the login. Client with IP address '203.0.113.7' is not allowed to access the server.",
  ),
});

describe('a database server that lets only Azure in', () => {
  function door(): Door & { log: string[] } {
    const log: string[] = [];
    return {
      log,
      open: async (address) => void log.push(`open ${address}`),
      close: async () => void log.push('close'),
    };
  }
  const pause = async () => {};

  it('names the address that it refused', () => {
    expect(refusedAddress(refusal)).toBe('203.0.113.7');
    expect(refusedAddress(new Error('Login failed.'))).toBeUndefined();
  });

  it('is opened to that address once, tried until the rule counts, and closed', async () => {
    const one = door();
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 4) throw refusal;
      return 'done';
    };
    expect(await throughDoor(work, one, pause)).toBe('done');
    expect(one.log).toEqual(['open 203.0.113.7', 'close']);
  });

  it('is closed when the work fails, and when it never opens', async () => {
    const one = door();
    let tries = 0;
    const failing = async () => {
      tries += 1;
      throw tries === 1 ? refusal : new Error('no such table');
    };
    await expect(throughDoor(failing, one, pause)).rejects.toThrow('no such table');
    expect(one.log).toEqual(['open 203.0.113.7', 'close']);
    const other = door();
    await expect(throughDoor(() => Promise.reject(refusal), other, pause)).rejects.toBe(refusal);
    expect(other.log).toEqual(['open 203.0.113.7', 'close']);
  });

  it('stays closed when it lets us in', async () => {
    const one = door();
    await throughDoor(async () => {}, one, pause);
    expect(one.log).toEqual([]);
  });
});
