import { describe, expect, it } from '@jest/globals';
import { seal, sealMatches } from '../../../shared/platform/seal.ts';
import { keys } from '../sync/builders.ts';

describe('a sealed hash', () => {
  it('tells equal from different and hides the text', () => {
    const sealed = seal(keys('k1'), 'Dentist');
    expect(sealMatches(keys('k1'), sealed, 'Dentist')).toBe(true);
    expect(sealMatches(keys('k1'), sealed, 'dentist')).toBe(false);
    expect(seal(keys('k2'), 'Dentist')).not.toBe(sealed);
  });

  it('still compares after a new key was added, and not when its own key is gone', () => {
    const sealed = seal(keys('k1'), 'Dentist');
    expect(sealMatches(keys('k2', 'k1'), sealed, 'Dentist')).toBe(true);
    expect(sealMatches(keys('k2'), sealed, 'Dentist')).toBe(false);
    expect(sealMatches(keys('k1'), '', 'Dentist')).toBe(false);
  });
});
