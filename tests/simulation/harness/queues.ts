import { bulkMessage, changesMessage } from '../../../shared/platform/queues.ts';
import { doBulk } from '../../../shared/sync/bulk.ts';
import { doChanges } from '../../../shared/sync/changes.ts';
import type { Chance } from './chance.ts';
import type { HetkHost } from './host.ts';
import type { Host, Scheduler, WorkSource } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** As in host.json and in what Azure does with the messages of an instance that is gone. */
const retryMs = 15_000;
const hiddenMs = 600_000;
const mostDequeues = 5;
/** How many messages one process works on at once. */
const atOnce = 3;

export type QueueName = 'changes' | 'bulk';

export interface Message {
  readonly id: number;
  readonly queue: QueueName;
  readonly text: string;
  visibleAt: number;
  dequeues: number;
  /** The process that works on it. */
  host: HetkHost | undefined;
  gone: boolean;
}

interface Needs {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly hosts: () => readonly HetkHost[];
  /** Shown each text that is put into a queue. */
  readonly inspect: (queue: QueueName, text: string) => void;
}

/** The two work queues and what the Functions host does with them: hidden while worked on, given again after a failure, poison after five. */
export class SimulatedQueues implements WorkSource {
  readonly poison: { readonly text: string; readonly error: unknown }[] = [];
  /** Told when a message ran into a worker that was killed. */
  hidden = 0;
  private readonly needs: Needs;
  private messages: Message[] = [];
  private count = 0;

  constructor(needs: Needs) {
    this.needs = needs;
  }

  send(queue: QueueName, text: string, delayMs: number): void {
    this.needs.inspect(queue, text);
    this.count += 1;
    // The service knows whole seconds.
    const visibleAt = this.needs.scheduler.now + Math.ceil(Math.max(delayMs, 0) / 1000) * 1000;
    this.messages.push({ id: this.count, queue, text, visibleAt, dequeues: 0, host: undefined, gone: false });
  }

  /** Messages that nobody works on. */
  idle(): Message[] {
    return this.messages.filter(({ host }) => host === undefined);
  }

  get size(): number {
    return this.messages.length;
  }

  private visible(now: number): Message[] {
    return this.messages.filter(({ visibleAt, host }) => host === undefined && visibleAt <= now);
  }

  private free(): HetkHost[] {
    return this.needs.hosts().filter((host) => !host.dead && host.inHand < atOnce);
  }

  ready(now: number): number {
    return this.free().length === 0 ? 0 : this.visible(now).length;
  }

  next(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { visibleAt, host } of this.messages) {
      if (host === undefined && visibleAt > now) next = Math.min(next, visibleAt);
    }
    return next;
  }

  begin(which: number): void {
    const { scheduler, chance, trace } = this.needs;
    const message = this.visible(scheduler.now)[which];
    if (!message) return;
    const host = chance.pick(this.free());
    message.host = host;
    message.dequeues += 1;
    host.inHand += 1;
    trace.note(`${host.name} takes ${message.queue} #${message.id} ${message.text}`);
    void this.work(host, message);
  }

  private async work(host: HetkHost, message: Message): Promise<void> {
    try {
      const json: unknown = JSON.parse(message.text);
      if (message.queue === 'changes') await doChanges(host.needs, changesMessage.parse(json));
      else await doBulk(host.needs, bulkMessage.parse(json));
      this.drop(message);
    } catch (error) {
      const { scheduler, trace } = this.needs;
      trace.note(`${host.name} failed at #${message.id}: ${String(error)}`);
      if (message.dequeues >= mostDequeues) {
        this.drop(message);
        this.poison.push({ text: message.text, error });
      } else {
        message.host = undefined;
        message.visibleAt = scheduler.now + retryMs;
      }
    }
    host.inHand -= 1;
  }

  private drop(message: Message): void {
    message.gone = true;
    this.messages = this.messages.filter((other) => other !== message);
  }

  /** How often the most unlucky message that a process has in hand was begun. */
  tries(host: Host): number {
    return Math.max(0, ...this.messages.filter((message) => message.host === host).map(({ dequeues }) => dequeues));
  }

  /** The process is gone: what it had in hand stays hidden for ten minutes. */
  hostEnded(host: HetkHost): void {
    for (const message of this.messages) {
      if (message.host !== host) continue;
      message.host = undefined;
      message.visibleAt = this.needs.scheduler.now + hiddenMs;
      this.hidden += 1;
      if (message.dequeues >= mostDequeues) {
        this.drop(message);
        this.poison.push({ text: message.text, error: new Error('The worker was killed each time.') });
      }
    }
  }

  /** The service gives a message twice. */
  double(message: Message): void {
    this.send(message.queue, message.text, 0);
  }
}
