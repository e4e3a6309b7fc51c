/** What a request is for, as the counters name it. */
export function kindOf(method: string, pathname: string, search: string): string {
  if (pathname.endsWith('/authorize') || pathname.endsWith('/adminconsent')) return 'sign-in';
  if (pathname.endsWith('/token')) return 'token';
  if (pathname.includes('/subscriptions')) return `subscription-${method.toLowerCase()}`;
  if (/\/calendarView\/delta$/i.test(pathname)) return search.includes('$skiptoken') ? 'delta-page' : 'delta';
  if (/\/calendarView$/i.test(pathname)) return 'list';
  if (/\/instances$/.test(pathname)) return 'instances';
  if (/\/calendars(\/[^/]+)?$/.test(pathname)) return 'calendars';
  if (/\/events$/.test(pathname)) return method === 'POST' ? 'create' : 'events';
  if (/\/events\/[^/]+$/.test(pathname)) return { PATCH: 'update', DELETE: 'delete' }[method] ?? 'event';
  return 'other';
}
