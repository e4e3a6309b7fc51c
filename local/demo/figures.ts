/** The p-th percentile by nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
