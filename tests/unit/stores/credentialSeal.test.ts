import { describe, expect, it } from '@jest/globals';
import { freshKeys, type Keys, keyringOf, parseKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { CredentialUnreadable, openCredential, sealCredential } from '../../../shared/stores/credentialSeal.ts';

const keys = (): Keys => parseKeys(freshKeys(systemRandom));

describe('a sealed credential', () => {
  const old = keys();
  const keyring = keyringOf(old, {});

  it('opens for its account, and twice the same secret looks different', () => {
    const sealed = sealCredential(keyring, systemRandom, 'anna', 'refresh-token');
    expect(sealed).not.toContain('refresh-token');
    expect(sealCredential(keyring, systemRandom, 'anna', 'refresh-token')).not.toBe(sealed);
    expect(openCredential(keyring, 'anna', sealed)).toBe('refresh-token');
  });

  it('moved to the row of another account does not open', () => {
    const sealed = sealCredential(keyring, systemRandom, 'anna', 'refresh-token');
    expect(() => openCredential(keyring, 'bert', sealed)).toThrow(CredentialUnreadable);
  });

  it('that was changed, cut short or is empty does not open', () => {
    const sealed = sealCredential(keyring, systemRandom, 'anna', 'refresh-token');
    const middle = sealed.length - 10;
    const changed = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    for (const bad of [changed, sealed.slice(0, -4), sealed.slice(0, 20), '', sealed.replace(/^[^.]+/, 'other')]) {
      expect(() => openCredential(keyring, 'anna', bad)).toThrow(CredentialUnreadable);
    }
  });

  it('survives a rotation of keys until its key is taken out, and is then written with the newest', () => {
    const sealed = sealCredential(keyring, systemRandom, 'anna', 'refresh-token');
    const next = keys();
    const rotated = keyringOf({ ...old, credentials: [...next.credentials, ...old.credentials] }, {});
    expect(openCredential(rotated, 'anna', sealed)).toBe('refresh-token');
    const again = sealCredential(rotated, systemRandom, 'anna', 'refresh-token');
    expect(again.startsWith(`${next.credentials[0]?.id}.`)).toBe(true);
    expect(() => openCredential(keyringOf(next, {}), 'anna', sealed)).toThrow(CredentialUnreadable);
  });
});
