import type { Clock } from '../../shared/platform/clock.ts';
import { throttled } from './errors.ts';

/** Per application and mailbox. @see https://learn.microsoft.com/en-us/graph/throttling-limits#outlook-service-limits */
const atOnce = 4;
const spanMs = 10 * 60_000;

/** What Graph allows one mailbox. */
export function createLoad({ clock, requestsPerTenMinutes }: { clock: Clock; requestsPerTenMinutes: number }) {
  const mailboxes = new Map<string, { inHand: number; begun: number; count: number }>();
  return {
    /**
     * Takes a place; the caller gives it back.
     * @throws GraphError 429 for the fifth request at once, or one too many in ten minutes
     */
    enter(email: string): () => void {
      const mailbox = mailboxes.get(email) ?? { inHand: 0, begun: clock.now(), count: 0 };
      mailboxes.set(email, mailbox);
      if (clock.now() - mailbox.begun >= spanMs) Object.assign(mailbox, { begun: clock.now(), count: 0 });
      mailbox.count += 1;
      if (mailbox.count > requestsPerTenMinutes) {
        const seconds = Math.ceil((mailbox.begun + spanMs - clock.now()) / 1000);
        throw throttled(seconds, 'TooManyRequests', 'Application is over its request limit.');
      }
      if (mailbox.inHand >= atOnce) {
        throw throttled(10, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.');
      }
      mailbox.inHand += 1;
      return () => {
        mailbox.inHand -= 1;
      };
    },
  };
}
