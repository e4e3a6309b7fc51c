import { describe, expect, it } from '@jest/globals';
import { PRIVATE_RECORD, readPolicy } from '../../../shared/sync/policyRecord.ts';

describe('the record of a domain', () => {
  it.each([
    [[], 'none', false],
    [['v=spf1 -all', 'some other text'], 'none', false],
    [[PRIVATE_RECORD], 'private', false],
    [[' V=Hetk1 ;POLICY = Private; '], 'private', false],
    [['v=hetk1; policy=private; contact=it@work.example'], 'private', false],
    [['v=hetk1; policy=none'], 'none', false],
    // Whoever wrote these meant to restrict.
    [['v=hetk1; policy=privat'], 'private', true],
    [['v=hetk1'], 'private', true],
    [['v=hetk1; policy='], 'private', true],
    [['v=hetk1; policy=none; policy=private'], 'private', true],
    // Of several the strictest counts.
    [['v=hetk1; policy=none', PRIVATE_RECORD], 'private', false],
    // Another version, another word: not ours.
    [['v=hetk2; policy=private'], 'none', false],
    [['v=hetk10; policy=private'], 'none', false],
    [['policy=private'], 'none', false],
  ])('%j means %s', (texts, policy, unclear) => {
    expect(readPolicy(texts)).toMatchObject({ policy, unclear });
  });
});
