import { createRequestLog, type RequestLog } from '../core/requests.ts';

/** The request log, and what besides only Google counts. */
interface Ledger extends RequestLog {
  /** Fields and parameters that Google ignores because it does not know them: mistakes of the caller. */
  count(what: Counter, howMany: number): void;
}

type Counter = 'mails' | 'unknownFields' | 'quotaUnits';

export function createLedger(): Ledger {
  const log = createRequestLog();
  let unknownFields = 0;
  let quotaUnits = 0;
  return {
    ...log,
    count(what, howMany) {
      if (what === 'mails') log.mailed(howMany);
      if (what === 'unknownFields') unknownFields += howMany;
      if (what === 'quotaUnits') quotaUnits += howMany;
    },
    reset() {
      log.reset();
      unknownFields = 0;
      quotaUnits = 0;
    },
    snapshot: () => ({ ...log.snapshot(), unknownFields, quotaUnits }),
  };
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^POST \/batch\//, 'batch'],
  [/^POST \/token$/, 'token'],
  [/^POST \/revoke$/, 'revoke'],
  [/^(GET|POST) \/o\/oauth2\//, 'sign-in'],
  [/^GET \/oauth2\/v3\/certs$/, 'keys'],
  [/^GET .*\/calendarList(\/[^/]+)?$/, 'calendarList'],
  [/^POST .*\/events\/watch$/, 'watch'],
  [/^POST .*\/channels\/stop$/, 'stop'],
  [/^GET .*\/instances$/, 'instances'],
  [/^GET .*\/events$/, 'list'],
  [/^GET .*\/events\/[^/]+$/, 'get'],
  [/^POST .*\/events$/, 'insert'],
  [/^PUT .*\/events\/[^/]+$/, 'update'],
  [/^PATCH .*\/events\/[^/]+$/, 'patch'],
  [/^DELETE .*\/events\/[^/]+$/, 'delete'],
];

/** What a request is for, or undefined for those that are none of Google's. */
export function kindOf(method: string, pathname: string): string | undefined {
  return kinds.find(([pattern]) => pattern.test(`${method} ${pathname}`))?.[1];
}
