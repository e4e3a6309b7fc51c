import { describe, expect, it } from '@jest/globals';
import { pairProblems, pairSituation } from '../../../shared/consent/api/pairStatus.ts';
import type { Route } from '../../../shared/stores/stores.ts';

const route: Route = {
  id: 'r',
  pairId: 'p',
  userId: 'u',
  sourceCalendarId: 'a',
  targetCalendarId: 'b',
  options: { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false },
  state: 'active',
  progressDone: 0,
  progressTotal: 0,
  deletionsConfirmedUntil: 0,
};
const late = { code: 'target-throttled', message: 'Later.', action: 'none' };
const braked = { code: 'mass-deletion', message: '30 of 40.', action: 'confirm-deletions' };
const targetGone = { code: 'target-gone', message: 'Gone.', action: 'none' };

function situation(
  changes: Partial<Route>,
  {
    paused = false,
    removing = false,
    target = 'active',
    goneAt,
  }: { paused?: boolean; removing?: boolean; target?: 'active' | 'reconnect'; goneAt?: number } = {},
) {
  const gone = goneAt === undefined ? {} : { goneAt };
  return pairSituation(
    { paused, removing, routes: [{ ...route, ...changes }] },
    {
      calendars: new Map([
        ['a', { accountId: 'A' }],
        ['b', { accountId: 'B', ...gone }],
      ]),
      accounts: new Map([
        ['A', { email: 'a@x', status: 'active' as const }],
        ['B', { email: 'b@x', status: target }],
      ]),
    },
  );
}

describe('the status of a pair', () => {
  it('follows its route while nothing is the matter', () => {
    expect(situation({})).toEqual({ status: 'active' });
    expect(situation({ state: 'starting' })).toEqual({ status: 'starting' });
  });

  it('stays active while a route catches up by itself, and says why it is late', () => {
    expect(situation({ state: 'stale', problem: late })).toEqual({ status: 'active', problem: late });
  });

  it('is paused by its user or by the brake, and the brake says what to confirm', () => {
    expect(situation({}, { paused: true })).toEqual({ status: 'paused' });
    expect(situation({ state: 'braked', problem: braked })).toEqual({ status: 'paused', problem: braked });
  });

  it('asks for reconnecting by the name of the account, also while it is paused', () => {
    const problem = expect.objectContaining({ action: 'reconnect', message: expect.stringContaining('b@x') });
    expect(situation({}, { target: 'reconnect' })).toEqual({ status: 'reconnect', problem });
    expect(situation({}, { target: 'reconnect', paused: true })).toEqual({ status: 'paused', problem });
  });

  it('asks for reconnecting rather than for confirming deletions that may not be real', () => {
    expect(situation({ state: 'braked', problem: braked }, { target: 'reconnect' }).status).toBe('reconnect');
  });

  it('of a two-way pair tells first what only its user can answer, whichever direction it concerns', () => {
    const around = { calendars: new Map(), accounts: new Map() };
    const both = (...changes: Partial<Route>[]) =>
      pairSituation({ paused: false, removing: false, routes: changes.map((each) => ({ ...route, ...each })) }, around);
    const lateThere: Partial<Route> = { state: 'stale', problem: late };
    expect(both(lateThere, { state: 'braked', problem: braked })).toEqual({ status: 'paused', problem: braked });
    expect(both(lateThere, { state: 'stale', problem: targetGone })).toEqual({
      status: 'stopped',
      problem: targetGone,
    });
    expect(both({}, { state: 'starting' })).toEqual({ status: 'starting' });
  });

  it('of several problems tells each once, what must be read first before the rest', () => {
    const problemsOf = (paused: boolean, statuses: ('active' | 'reconnect')[], ...changes: Partial<Route>[]) =>
      pairProblems(
        { paused, removing: false, routes: changes.map((each) => ({ ...route, ...each })) },
        {
          calendars: new Map([
            ['a', { accountId: 'A' }],
            ['b', { accountId: 'B' }],
          ]),
          accounts: new Map(statuses.map((status, at) => ['AB'[at] ?? '', { email: `${at}@x`, status }])),
        },
      ).map(({ code, accountId }) => [code, accountId].filter(Boolean).join(' of '));
    const target = { code: 'target-reconnect', message: 'Connect it.', action: 'reconnect' };
    const stale: Partial<Route> = { state: 'stale', problem: target };
    expect(problemsOf(false, ['active', 'active'], {})).toEqual([]);
    expect(problemsOf(false, ['reconnect', 'reconnect'], stale, stale)).toEqual([
      'reconnect-needed of A',
      'reconnect-needed of B',
    ]);
    expect(
      problemsOf(
        false,
        ['active', 'reconnect'],
        { state: 'braked', problem: braked },
        { state: 'stale', problem: late },
      ),
    ).toEqual(['reconnect-needed of B', 'target-throttled']);
    expect(
      problemsOf(
        false,
        ['active', 'active'],
        { state: 'stale', problem: late },
        { state: 'stale', problem: targetGone },
      ),
    ).toEqual(['target-gone', 'target-throttled']);
  });

  it('is stopped when a calendar is gone or the pair is being removed', () => {
    expect(situation({}, { goneAt: 1 })).toMatchObject({ status: 'stopped', problem: { code: 'calendar-gone' } });
    expect(situation({ state: 'stale', problem: targetGone })).toEqual({ status: 'stopped', problem: targetGone });
    expect(situation({ state: 'removing' }, { removing: true, paused: true })).toMatchObject({
      status: 'stopped',
      problem: { code: 'removing' },
    });
  });
});
