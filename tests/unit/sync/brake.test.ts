import { describe, expect, it } from '@jest/globals';
import { brakeHolds } from '../../../shared/sync/brake.ts';

describe('the mass-deletion brake', () => {
  it.each([
    [20, 20, false],
    [21, 21, true],
    [21, 42, false],
    [22, 43, true],
    [500, 1001, false],
    [501, 1001, true],
  ])('%i deletions of %i copies: holds %s', (deletions, links, holds) => {
    expect(brakeHolds(deletions, links)).toBe(holds);
  });
});
