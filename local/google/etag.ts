import type { SimEvent } from '../core/core.ts';

/**
 * In Google an exception is an event of its own: changing one occurrence gives neither the series nor its other occurrences a new etag. The
 * core counts all of that as versions of one event, so the last change of the series itself is kept here.
 */
const seriesStates = new WeakMap<SimEvent, Version>();

interface Version {
  readonly version: number;
  /** Epoch ms, UTC. */
  readonly modifiedAt: number;
}

/** To be called when an event changed as a whole. */
export function noteChange(event: SimEvent): void {
  seriesStates.set(event, { version: event.version, modifiedAt: event.modifiedAt });
}

/** The version of an event, or of one of its occurrences. */
export function versionOf(event: SimEvent, originalStart?: string): Version {
  const series = seriesStates.get(event) ?? event;
  const own = originalStart === undefined ? undefined : event.overrides.get(originalStart);
  if (!own) return { version: series.version, modifiedAt: series.modifiedAt };
  return {
    version: Math.max(own.version, series.version),
    modifiedAt: Math.max(own.modifiedAt, series.modifiedAt),
  };
}

/** A quoted string that changes with every version; only equality means anything. */
export function etagOf(event: SimEvent, originalStart?: string): string {
  const { version } = versionOf(event, originalStart);
  return `"${Math.floor(event.createdAt / 1000)}${String(version).padStart(6, '0')}"`;
}
