/** Answers a pure function's call from memory where it was asked the same before. Emptied when it grows large. */
export function remembering<A extends readonly (string | number)[], R extends string | number>(
  compute: (...given: A) => R,
): (...given: A) => R {
  let known = new Map<string | number, R>();
  return (...given) => {
    const key = given.length === 1 ? (given[0] ?? '') : given.join('\n');
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = compute(...given);
    if (known.size > 20_000) known = new Map();
    known.set(key, result);
    return result;
  };
}
