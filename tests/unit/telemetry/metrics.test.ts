import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { type LocalMetrics, startLocalMetrics } from '../../../local/localMetrics.ts';
import type { Log } from '../../../shared/platform/log.ts';
import { metered } from '../../../shared/platform/metrics.ts';

let local: LocalMetrics;
afterEach(() => local.stop());

/** The lines that are left of the figures after some events, without buckets and the name of the scope. */
async function figuresAfter(...events: readonly Parameters<Log>[]): Promise<string[]> {
  local = startLocalMetrics();
  const log = metered(() => {}, metrics.getMeter('hetk'));
  for (const [event, fields] of events) log(event, fields);
  const lines = (await local.text())
    .split('\n')
    .filter((line) => line.startsWith('hetk_') && !line.includes('_bucket'));
  return lines.map((line) => line.replace(/,?otel_scope_name="hetk"/, '').replace('{}', '')).sort();
}

describe('the figures for operators', () => {
  it('say how long changes took, for rounds that wrote something, and not for full ones', async () => {
    const round = { full: false, created: 0, updated: 0, deleted: 0, givenBack: 0, waitedMs: 1_500, ms: 500 };
    const figures = await figuresAfter(
      ['round', { ...round, created: 2, deleted: 1 }],
      ['round', round],
      ['round', { ...round, full: true, created: 400, waitedMs: 600_000 }],
    );
    expect(figures).toEqual([
      'hetk_propagation_count 1',
      'hetk_propagation_sum 2',
      'hetk_rounds_total{full="false"} 2',
      'hetk_rounds_total{full="true"} 1',
      'hetk_writes_total{kind="created"} 402',
      'hetk_writes_total{kind="deleted"} 1',
    ]);
  });

  it('count pauses that services asked for, brakes and lost grants, and no other trouble', async () => {
    const figures = await figuresAfter(
      ['route-failed', { kind: 'throttled' }],
      ['source-failed', { kind: 'throttled' }],
      ['source-failed', { kind: 'unavailable' }],
      ['brake', { deletions: 30, copies: 40 }],
      ['account-revoked', { account: 'a' }],
    );
    expect(figures).toEqual([
      'hetk_brakes_total 1',
      'hetk_revoked_total 1',
      'hetk_throttles_total{event="route-failed"} 1',
      'hetk_throttles_total{event="source-failed"} 1',
    ]);
  });

  it('say how old push registrations were when they were renewed, in hours', async () => {
    const figures = await figuresAfter(
      ['subscription-renewed', { ageMs: 86_400_000 }],
      ['subscription-made', { lastsMs: 1 }],
    );
    expect(figures).toEqual(['hetk_subscription_age_count 1', 'hetk_subscription_age_sum 24']);
  });

  it('are each explained to operators', async () => {
    const source = await readFile(new URL('../../../shared/platform/metrics.ts', import.meta.url), 'utf8');
    const names = [...source.matchAll(/'(hetk\.[a-z.]+)'/g)].map(([, name]) => name);
    const guide = await readFile(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');
    expect(names.length).toBeGreaterThan(7);
    expect(names.filter((name) => !guide.includes(`| \`${name}\` |`))).toEqual([]);
    local = startLocalMetrics();
  });
});
