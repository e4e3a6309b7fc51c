import { ianaZone } from '../../shared/calendar/timeZones.ts';
import { GraphError, zoneNotSupported } from './errors.ts';

/** What a request asks for in its `Prefer` header. */
export interface Preferences {
  readonly immutable: boolean;
  /** IANA; UTC by default. */
  readonly zone: string;
  /** As the caller spelled it. */
  readonly zoneName: string;
  readonly textBody: boolean;
  readonly pageSize: number | undefined;
}

const one = /^([\w.-]+)\s*=\s*("([^"]*)"|[^",;\s]+)$/;

/** @throws GraphError 400 for a header that is malformed, or a zone that nobody knows */
export function readPreferences(header: string | null): Preferences {
  const found = new Map<string, string>();
  for (const part of (header ?? '').split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    if (part.trim() === '') continue;
    const [, name, raw, quoted] = one.exec(part.trim()) ?? [];
    if (!name || raw === undefined) throw invalid();
    found.set(name.toLowerCase(), quoted ?? raw);
  }
  const zoneName = found.get('outlook.timezone') ?? 'UTC';
  const zone = ianaZone(zoneName);
  if (!zone) throw zoneNotSupported();
  const size = found.get('odata.maxpagesize');
  if (size !== undefined && !/^[1-9]\d{0,3}$/.test(size)) throw invalid();
  return {
    immutable: found.get('idtype')?.toLowerCase() === 'immutableid',
    zone,
    zoneName,
    textBody: found.get('outlook.body-content-type')?.toLowerCase() === 'text',
    pageSize: size === undefined ? undefined : Math.min(Number(size), 1000),
  };
}

const invalid = () => new GraphError(400, 'ErrorInvalidRequest', "The value of the 'Prefer' header is invalid.");
