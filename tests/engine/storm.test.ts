import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { storm } from './storm.ts';

describe('after a storm of faults, lost notifications and killed workers', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.stop());

  it.each(Array.from({ length: 20 }, (_, seed) => `${seed + 1}`))(
    'every target shows what the rules demand, nothing writes at rest, and nobody was mailed (seed %s)',
    async (seed) => {
      const { faults, poisoned } = await storm(azurite.connectionString, seed);
      expect({ faults, poisoned }).toEqual({ faults: [], poisoned: [] });
    },
  );
});
