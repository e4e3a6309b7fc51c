import { z } from 'zod';
import { findEntries } from './entries.ts';
import type { HostSettings } from './hostJson.ts';
import { createHttpDispatch } from './httpDispatch.ts';
import { type HostLog, invoke, triggerOf } from './invoke.ts';
import { createFindQueue, type FindQueue } from './queueConnection.ts';
import { listenToQueue, type QueueListener } from './queueListener.ts';
import { createQueueOutputs } from './queueOutputs.ts';
import { closeRegistration, installSeam, type RegisteredFunction, runHooks } from './seam.ts';
import { createTimerRecord } from './timerRecord.ts';
import { startTimer, type Timer } from './timers.ts';

export interface HostOptions {
  /** A folder of sources or of built files that register functions. */
  readonly functions: string;
  /** From host.json. */
  readonly settings: HostSettings;
  /** Where connections and %SETTING% schedules are looked up; functions themselves read process.env. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: HostLog;
  /** Where the times of timers outlive a restart. */
  readonly timerFile?: string;
}

export interface Host {
  readonly functionNames: readonly string[];
  /** Dispatches an http request in process. Never throws. */
  fetch(request: Request): Promise<Response>;
  /** Takes no new work, waits for the work in flight, and runs the appTerminate hooks. */
  stop(): Promise<void>;
}

const queueTrigger = z.looseObject({ queueName: z.string(), connection: z.string().optional() });

/**
 * A Functions host inside this process: loads the files that are deployed, and answers http, feeds queues and runs timers as the
 * real one does. Registrations belong to the process: a second host in it serves the same functions.
 * @throws Error when a file cannot be loaded or registers something that this host does not know
 */
export async function startHost({ functions, settings, environment, log, timerFile }: HostOptions): Promise<Host> {
  installSeam((level, category, message) => log(level, category, message));
  for (const entry of await findEntries(functions)) await import(entry);
  await runHooks('appStart', { hookData: {} });
  const registered = closeRegistration();

  const findQueue = createFindQueue(environment);
  const listeners = new Map<string, QueueListener>();
  const writeOutputs = createQueueOutputs(findQueue, (queueName) => listeners.get(queueName)?.wake());
  const run = async (fn: RegisteredFunction, ...input: [Parameters<typeof invoke>[1], Parameters<typeof invoke>[2]?]) =>
    writeOutputs(fn, await invoke(fn, input[0], input[1] ?? {}, log));

  const byType = (type: string) => registered.filter(({ metadata }) => triggerOf(metadata).type === type);
  const known = ['httpTrigger', 'queueTrigger', 'timerTrigger'];
  const unknown = registered.find(({ metadata }) => !known.includes(triggerOf(metadata).type));
  if (unknown) throw new Error(`The function "${unknown.metadata.name}" has a trigger that this host does not know.`);

  const dispatch = createHttpDispatch(byType('httpTrigger'), settings.http, writeOutputs, log);
  for (const fn of byType('queueTrigger')) {
    const { queueName, queues } = queuesOf(fn, findQueue);
    const work = { functionName: fn.metadata.name, settings: settings.queues, log, ...queues };
    listeners.set(queueName, listenToQueue({ ...work, run: (input, metadata) => run(fn, input, metadata) }));
  }
  const record = createTimerRecord(timerFile);
  const timers = byType('timerTrigger').map((fn): Timer => {
    const work = { functionName: fn.metadata.name, binding: triggerOf(fn.metadata), environment, record, log };
    return startTimer({ ...work, run: (input) => run(fn, input) });
  });

  const answering = new Set<Promise<Response>>();
  return {
    functionNames: registered.map(({ metadata }) => metadata.name),
    async fetch(request) {
      const response = dispatch(request);
      answering.add(response);
      return response.finally(() => answering.delete(response));
    },
    async stop() {
      await Promise.all([...timers, ...listeners.values()].map((part) => part.stop()));
      await Promise.all(answering);
      await runHooks('appTerminate', { hookData: {} });
    },
  };
}

function queuesOf(fn: RegisteredFunction, findQueue: FindQueue) {
  const { queueName, connection } = queueTrigger.parse(triggerOf(fn.metadata));
  return {
    queueName,
    queues: { queue: findQueue(connection, queueName), poison: findQueue(connection, `${queueName}-poison`) },
  };
}
