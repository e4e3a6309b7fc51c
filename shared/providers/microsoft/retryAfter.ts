/**
 * The wait that a Retry-After header asks for, in ms; undefined where there is none or it cannot be read.
 * @param value seconds or an HTTP date (RFC 9110, 10.2.3)
 * @param now epoch ms
 */
export function retryAfterMs(value: string | null | undefined, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
