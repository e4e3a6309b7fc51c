import type { HostLog } from './host/invoke.ts';

/** Prints what functions and the host say: warnings and errors to stderr, the rest to stdout. */
export function hostLog(quiet: boolean): HostLog {
  return (level, functionName, message) => {
    if (level === 'error' || level === 'critical') console.error(`${functionName}: ${message}`);
    else if (quiet || level === 'trace' || level === 'debug') return;
    else if (level === 'warning') console.warn(`${functionName}: ${message}`);
    else console.log(`${functionName}: ${message}`);
  };
}
