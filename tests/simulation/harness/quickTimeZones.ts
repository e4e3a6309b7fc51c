import * as real from '../../../shared/calendar/timeZones.ts';
import { remembering } from './remember.ts';

/** `shared/calendar/timeZones.ts` with a memory: its functions are pure, and arithmetic in zones is slow. */
export const { ianaZone, windowsZone } = real;
export const instantFromWall = remembering(real.instantFromWall);
export const wallFromInstant = remembering(real.wallFromInstant);
