import { Cron } from 'croner';
import { z } from 'zod';
import type { TypedValue } from './core.ts';
import type { HostLog } from './invoke.ts';
import type { TimerRecord } from './timerRecord.ts';

const trigger = z.looseObject({
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
});

export interface Timer {
  /** Starts no new run and waits for the one in flight. */
  stop(): Promise<void>;
}

interface TimerWork {
  readonly functionName: string;
  /** The timer binding: `schedule` (NCRONTAB, or %SETTING%) and `runOnStartup`. */
  readonly binding: unknown;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly record: TimerRecord;
  readonly run: (input: TypedValue) => Promise<void>;
  readonly log: HostLog;
}

/**
 * Runs a function on its schedule, in UTC as on Flex Consumption, never beside itself: a tick that falls into a run is skipped. A run
 * that was missed while nothing ran is made up for at the start, marked past due. A failed run waits for the next tick.
 * @throws Error when the schedule is not one
 */
export function startTimer({ functionName, binding, environment, record, run, log }: TimerWork): Timer {
  const { schedule, runOnStartup } = trigger.parse(binding);
  const ticks = new Cron(ncrontab(functionName, schedule, environment), {
    timezone: 'UTC',
    mode: '6-part',
    // NCRONTAB wants the day of the month AND the day of the week to fit.
    domAndDow: true,
    unref: true,
  });
  let running: Promise<void> | undefined;

  function start(isPastDue: boolean): void {
    running ??= once(isPastDue).finally(() => {
      running = undefined;
    });
  }

  async function once(isPastDue: boolean): Promise<void> {
    const { last, next } = record.get(functionName) ?? {};
    const now = new Date().toISOString();
    const status = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: last ? { Last: last, Next: next, LastUpdated: last } : null,
      IsPastDue: isPastDue,
    };
    try {
      await run({ json: JSON.stringify(status) });
    } catch (error) {
      log('error', functionName, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    record.set(functionName, { last: now, next: ticks.nextRun()?.toISOString() ?? now });
  }

  const due = record.get(functionName)?.next;
  if (due && Date.parse(due) < Date.now()) start(true);
  else if (runOnStartup) start(false);
  ticks.schedule(() => start(false));

  return {
    async stop() {
      ticks.stop();
      await running;
    },
  };
}

function ncrontab(functionName: string, schedule: string, environment: TimerWork['environment']): string {
  const setting = /^%(.+)%$/.exec(schedule)?.[1];
  const text = setting ? environment[setting] : schedule;
  if (!text)
    throw new Error(`The setting ${setting} is missing: it is the schedule of the function "${functionName}".`);
  return text;
}
