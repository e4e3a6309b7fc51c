/** No service is waited for longer than this, ms; then the request counts as unanswered. */
const PATIENCE_MS = 60_000;

/** `fetch` that gives up: a hanging service must not hold a worker and its lease. Rejects like any network failure. */
export const timedFetch: typeof fetch = (input, init) => {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, patience]) : patience;
  return fetch(input, { ...init, signal });
};
