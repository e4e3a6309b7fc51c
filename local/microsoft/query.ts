import { GraphError, invalidRequest, unsupportedQuery } from './errors.ts';

/** The query of a request, by lower-case names. @throws GraphError 400 for an option that the resource does not support */
export function readQuery(url: URL, supported: readonly string[], resource: string): Map<string, string> {
  const options = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value] as const));
  const other = [...options.keys()].filter((name) => !supported.some((each) => each.toLowerCase() === name));
  if (other.length > 0) throw unsupportedQuery(other, resource);
  return options;
}

export interface ViewWindow {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?$/;
const longestDays = 1825;

/** `startDateTime` and `endDateTime`; without offset they are UTC. @throws GraphError 400 */
export function windowOf(options: ReadonlyMap<string, string>): ViewWindow {
  const [from, to] = ['startdatetime', 'enddatetime'].map((name) => {
    const text = options.get(name);
    if (text === undefined) {
      throw invalidRequest(
        'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
      );
    }
    const at = moment.test(text) ? Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`) : Number.NaN;
    if (Number.isNaN(at)) throw new GraphError(400, 'ErrorInvalidParameter', `The value of ${name} is invalid.`);
    return at;
  });
  if (from === undefined || to === undefined || to < from) {
    throw new GraphError(400, 'ErrorInvalidParameter', 'EndDateTime is before StartDateTime.');
  }
  if (to - from > longestDays * 86_400_000) throw invalidRequest(`The time window is longer than ${longestDays} days.`);
  return { from, to };
}

/** The ids of extended properties that `$expand` asks for; nothing else can be expanded. @throws GraphError 400 */
export function expandedProperties(expand: string | undefined): string[] | undefined {
  if (expand === undefined) return undefined;
  const [, filter] = /^singleValueExtendedProperties\(\$filter=(.+)\)$/i.exec(expand.trim()) ?? [];
  const parts = filter?.split(/\s+or\s+/i).map((part) => /^id eq '((?:[^']|'')+)'$/.exec(part.trim())?.[1]);
  if (!parts || parts.some((part) => part === undefined)) {
    throw new GraphError(400, 'RequestBroker--ParseUri', 'Parsing OData Select and Expand failed.');
  }
  return parts.flatMap((part) => part?.replaceAll("''", "'") ?? []);
}

export interface PropertyFilter {
  readonly id: string;
  /** Compared without regard to case. */
  readonly value?: string | undefined;
}

/** The two filters on events that are known to work: by extended property, by iCalUId. @throws GraphError 400 for any other */
export function eventFilter(
  filter: string | undefined,
): { property: PropertyFilter } | { iCalUId: string } | undefined {
  if (filter === undefined) return undefined;
  const text = (raw: string) => raw.replaceAll("''", "'");
  const uid = /^iCalUId eq '((?:[^']|'')*)'$/i.exec(filter.trim())?.[1];
  if (uid !== undefined) return { iCalUId: text(uid) };
  const [, id, value] =
    /^singleValueExtendedProperties\/any\(\s*(?:\w+)\s*:\s*\w+\/id eq '((?:[^']|'')+)'(?:\s+and\s+\w+\/value eq '((?:[^']|'')*)')?\s*\)$/i.exec(
      filter.trim(),
    ) ?? [];
  if (id === undefined)
    throw new GraphError(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
  return { property: { id: text(id), value: value === undefined ? undefined : text(value) } };
}
