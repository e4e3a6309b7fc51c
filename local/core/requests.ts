/** One request that a simulator answered. */
export interface RequestEntry {
  /** What it was for, in the service's terms: `delta`, `list`, `create`, `batch`, … */
  readonly kind: string;
  readonly method: string;
  /** With the query, without the origin. */
  readonly path: string;
  readonly status: number;
  /** How many requests a batch held. */
  readonly batchSize?: number;
}

const kept = 500;

export type RequestLog = ReturnType<typeof createRequestLog>;

/** What a simulator was asked: counters per kind, the last requests, and how many mails it would have sent. */
export function createRequestLog() {
  let counts: Record<string, number> = {};
  let last: RequestEntry[] = [];
  let mails = 0;
  return {
    record(entry: RequestEntry): void {
      counts[entry.kind] = (counts[entry.kind] ?? 0) + 1;
      last.push(entry);
      if (last.length > kept) last = last.slice(-kept);
    },
    /** A write that makes the real service send invitations, updates or cancellations. */
    mailed(count = 1): void {
      mails += count;
    },
    reset(): void {
      counts = {};
      last = [];
      mails = 0;
    },
    snapshot: () => ({ counts: { ...counts }, mails, last: [...last] }),
  };
}

export interface NotificationEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly subscriptionId: string;
  readonly outcome: 'delivered' | 'failed' | 'lost';
  /** What the receiver answered; absent where nothing came. */
  readonly status?: number;
}

export type NotificationLog = ReturnType<typeof createNotificationLog>;

/** What became of the notifications that a simulator sent. */
export function createNotificationLog() {
  let entries: NotificationEntry[] = [];
  const totals = { delivered: 0, failed: 0, lost: 0 };
  return {
    record(entry: NotificationEntry): void {
      totals[entry.outcome] += 1;
      entries.push(entry);
      if (entries.length > kept) entries = entries.slice(-kept);
    },
    snapshot: () => ({ ...totals, last: [...entries] }),
  };
}
