/**
 * One structured event per unit of work: counts, durations in ms, reason codes, ids. Never content, never a secret:
 * the type admits no nested values, and callers pass no text that came from a provider's event.
 */
export type Log = (event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>) => void;

export const consoleLog: Log = (event, fields) => {
  console.log(JSON.stringify({ event, ...fields }));
};

export const silentLog: Log = () => {};
