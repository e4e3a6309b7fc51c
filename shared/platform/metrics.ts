import type { Meter } from '@opentelemetry/api';
import type { Log } from './log.ts';

/**
 * Figures for operators, made from the events that are logged anyway: an event without a figure costs nothing, and nothing is counted that is
 * not logged. docs/telemetry.md says what each means.
 */
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Kinds of writes as a round's event counts them. */
const writes = ['created', 'updated', 'deleted', 'givenBack'] as const;

/** Seconds; the goal is 10. */
const PROPAGATION_BOUNDS = [0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300, 900];
const WORK_BOUNDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
/** Hours; push registrations of Graph last 48, channels of Google 144. */
const AGE_BOUNDS = [6, 12, 24, 30, 36, 48, 72, 96, 120, 132, 144];

/** A log that also counts. */
export function metered(log: Log, meter: Meter): Log {
  const histogram = (name: string, unit: string, description: string, bounds: number[]) =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: bounds } });
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  const propagation = histogram('hetk.propagation', 's', 'From notification to copy', PROPAGATION_BOUNDS);
  const work = histogram('hetk.work', 's', 'Time that a message took', WORK_BOUNDS);
  const age = histogram('hetk.subscription.age', 'h', 'Age of a push registration when it was renewed', AGE_BOUNDS);
  const rounds = counter('hetk.rounds', 'Complete pulls of a calendar');
  const written = counter('hetk.writes', 'Copies and originals written');
  const throttles = counter('hetk.throttles', 'Times that a service asked for a pause');
  const brakes = counter('hetk.brakes', 'Routes stopped before a mass deletion');
  const revoked = counter('hetk.revoked', 'Accounts that fell into reconnect needed');

  function count(event: string, fields: Fields): void {
    if (fields.kind === 'throttled') throttles.add(1, { event });
    if (event === 'brake') brakes.add(1);
    if (event === 'account-revoked') revoked.add(1);
    if (event === 'subscription-renewed' || event === 'subscription-made') {
      if (typeof fields.ageMs === 'number') age.record(fields.ageMs / 3_600_000);
    }
    if (event === 'work') work.record(number(fields.ms) / 1000, { queue: fields.queue, kind: fields.kind });
    if (event === 'round') rounds.add(1, { full: fields.full === true });
    if (event === 'round' || event === 'copies') {
      for (const kind of writes) if (number(fields[kind]) > 0) written.add(number(fields[kind]), { kind });
      // A full round is no answer to a change that somebody waits for, and a round that writes nothing brings none.
      if (fields.full !== true && writes.some((kind) => number(fields[kind]) > 0))
        propagation.record((number(fields.waitedMs) + number(fields.ms)) / 1000);
    }
  }

  return (event, fields) => {
    log(event, fields);
    count(event, fields ?? {});
  };
}

function number(value: Fields[string]): number {
  return typeof value === 'number' ? value : 0;
}
