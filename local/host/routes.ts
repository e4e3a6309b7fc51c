/**
 * Route templates as the Functions host understands them (ASP.NET Core's): literal text, `{name}`, `{name?}`, `{name:int}`, and
 * `{*rest}` or `{**rest}` for everything that is left. Literals compare without regard to case.
 */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly optional: boolean; readonly whole: boolean }
  | { readonly kind: 'rest'; readonly name: string };

export interface Route {
  readonly template: string;
  readonly segments: readonly Segment[];
}

/** @throws Error for a template this host does not understand, rather than to match it wrongly */
export function parseRoute(prefix: string, template: string): Route {
  const parts = [prefix, template].join('/').split('/').filter(Boolean);
  return { template, segments: parts.map((part) => parseSegment(part, template)) };
}

function parseSegment(part: string, template: string): Segment {
  const rest = /^\{\*{1,2}(\w+)\}$/.exec(part)?.[1];
  if (rest) return { kind: 'rest', name: rest };
  const [, name, constraint, optional] = /^\{(\w+)(:int)?(\?)?\}$/.exec(part) ?? [];
  if (name) return { kind: 'parameter', name, optional: optional === '?', whole: constraint === ':int' };
  if (/[{}]/.test(part)) throw new Error(`The route "${template}" has a segment that this host does not know: ${part}`);
  return { kind: 'literal', text: part.toLowerCase() };
}

/** The parameters of a path that the route fits, decoded; undefined when it does not fit. */
export function matchRoute(route: Route, pathname: string): Record<string, string> | undefined {
  const parts = pathname.split('/').filter(Boolean);
  const found: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'rest') {
      if (part !== undefined) found[segment.name] = parts.slice(index).map(decode).join('/');
      return found;
    }
    if (part === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return undefined;
    }
    if (segment.kind === 'literal') {
      if (decode(part).toLowerCase() !== segment.text) return undefined;
    } else {
      if (segment.whole && !/^-?\d{1,10}$/.test(part)) return undefined;
      found[segment.name] = decode(part);
    }
  }
  return parts.length > route.segments.length ? undefined : found;
}

/** Sorts the more particular route first: literals before numbers, before any text, before the rest. */
export function byPrecedence(one: Route, other: Route): number {
  const length = Math.max(one.segments.length, other.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = rank(one.segments[index]) - rank(other.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: Segment | undefined): number {
  if (!segment) return 0;
  if (segment.kind === 'literal') return 1;
  if (segment.kind === 'parameter') return segment.whole ? 2 : 3;
  return 4;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
