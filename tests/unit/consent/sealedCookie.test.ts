import { describe, expect, it } from '@jest/globals';
import { EncryptJWT } from 'jose';
import { openCookie, sealCookie } from '../../../shared/consent/sealedCookie.ts';
import { testKeyring } from './world.ts';

const needs = { clock: { now: () => Date.UTC(2026, 0, 1) }, keyring: testKeyring() };

describe('a sealed cookie', () => {
  it('opens for its own purpose only', async () => {
    const sealed = await sealCookie(needs, 'session', { user: 'u1' }, 60);
    expect((await openCookie(needs, 'session', sealed))?.claims.user).toBe('u1');
    expect(await openCookie(needs, 'sign-in', sealed)).toBeUndefined();
  });

  it('shows nothing of what it holds, and keeps to characters that every host leaves alone', async () => {
    const sealed = await sealCookie(needs, 'session', { user: 'u1' }, 60);
    expect(sealed).toMatch(/^[\w.-]+$/);
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString()).not.toContain('u1');
  });

  it('does not open without an end, or for a key that is not ours', async () => {
    const key = needs.keyring.newest('session');
    const header = { alg: 'dir', enc: 'A256GCM', kid: key.id };
    const endless = new EncryptJWT({ user: 'u1' }).setProtectedHeader(header).setAudience('session').setIssuedAt(0);
    expect(await openCookie(needs, 'session', await endless.encrypt(key.bytes))).toBeUndefined();
    const other = { ...needs, keyring: testKeyring('k1') };
    expect(await openCookie(needs, 'session', await sealCookie(other, 'session', { user: 'u1' }, 60))).toBeUndefined();
    expect(await openCookie(needs, 'session', 'no.such.cookie')).toBeUndefined();
  });
});
