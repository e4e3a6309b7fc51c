import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Sender } from './googleRequest.ts';

/** What each part of the provider works with. */
export interface GoogleClient extends Sender {
  readonly clock: Clock;
  readonly log: Log;
}
