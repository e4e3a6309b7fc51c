import fc from 'fast-check';

/** A random recurrence rule that makes sense, and a start for it; without COUNT. */
export const randomRule: fc.Arbitrary<{ rule: string; start: string }> = fc
  .record({
    frequency: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    months: some(fc.integer({ min: 1, max: 12 }), 3),
    monthDays: some(fc.constantFrom(1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -31), 3),
    yearDays: some(fc.constantFrom(1, 60, 100, 366, -1, -366), 2),
    weekdays: some(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), 3),
    nth: fc.option(fc.constantFrom(1, 2, 3, 5, -1, -2), { nil: undefined }),
    hours: some(fc.constantFrom(0, 8, 9, 23), 2),
    positions: some(fc.constantFrom(1, 2, -1, -2), 1),
    weekStart: fc.option(fc.constantFrom('SU', 'MO', 'WE'), { nil: undefined }),
    day: fc.integer({ min: 0, max: 8000 }),
  })
  .map((parts) => ({
    rule: ruleOf(parts),
    start: new Date(883_645_200_000 + parts.day * 86_400_000).toISOString().slice(0, 19),
  }));

function some<T>(value: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.uniqueArray(value, { minLength: 1, maxLength: most }) },
  );
}

interface Parts {
  readonly frequency: string;
  readonly interval: number | undefined;
  readonly months: number[];
  readonly monthDays: number[];
  readonly yearDays: number[];
  readonly weekdays: string[];
  readonly nth: number | undefined;
  readonly hours: number[];
  readonly positions: number[];
  readonly weekStart: string | undefined;
}

function ruleOf(parts: Parts): string {
  const { frequency, interval, months, weekdays, hours, weekStart } = parts;
  const monthDays = frequency === 'WEEKLY' ? [] : parts.monthDays;
  const yearDays = frequency === 'YEARLY' ? parts.yearDays : [];
  const nth = frequency === 'MONTHLY' || frequency === 'YEARLY' ? (parts.nth ?? '') : '';
  const list = (name: string, values: readonly unknown[]) => (values.length > 0 ? [`${name}=${values.join(',')}`] : []);
  const by = [
    ...list('BYMONTH', months),
    ...list('BYMONTHDAY', monthDays),
    ...list('BYYEARDAY', yearDays),
    ...list(
      'BYDAY',
      weekdays.map((weekday) => `${nth}${weekday}`),
    ),
    ...list('BYHOUR', hours),
  ];
  return [
    `FREQ=${frequency}`,
    ...(interval === undefined ? [] : [`INTERVAL=${interval}`]),
    ...by,
    // In the week of the start dateutil counts positions from the start on.
    ...(by.length > 0 && frequency !== 'WEEKLY' ? list('BYSETPOS', parts.positions) : []),
    ...(weekStart === undefined ? [] : [`WKST=${weekStart}`]),
  ].join(';');
}
