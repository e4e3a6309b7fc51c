/** Names one event: the resource's path, and for an occurrence of a series which one, as first planned. */
export interface EventName {
  readonly href: string;
  /** `YYYY-MM-DD` or RFC 3339 UTC. */
  readonly recurrenceId?: string;
}

/** `<href>` or `<href>#<recurrenceId>`; paths are kept without a bare `#`. */
export function eventIdOf({ href, recurrenceId }: EventName): string {
  return recurrenceId === undefined ? href : `${href}#${recurrenceId}`;
}

export function eventNameOf(id: string): EventName {
  const at = id.indexOf('#');
  return at < 0 ? { href: id } : { href: id.slice(0, at), recurrenceId: id.slice(at + 1) };
}
