import { CALDAV, CALENDARSERVER, childOf, DAV, parseXml } from '../../shared/providers/icloud/xml.ts';
import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { calendarPath, homeOf, type Place, principalOf, specials } from './addresses.ts';
import { element, href, multistatus, type Prop, propResponse, text } from './answers.ts';
import type { Strikes } from './mishaps.ts';
import type { Store } from './store.ts';
import { tokenAt } from './syncTokens.ts';

interface PropfindNeeds {
  readonly world: CalendarWorld;
  readonly store: Store;
  readonly strikes: Strikes;
  /** `https://pNN-caldav.icloud.com:443`, now. */
  readonly partition: () => string;
  readonly subscribed: (calendar: SimCalendar) => boolean;
}

/** Properties by name; a name that is missing is a property that is not there. */
type Props = Readonly<Record<string, string | undefined>>;

interface Question {
  readonly email: string;
  readonly path: string;
  /** Undefined for the root, which is there for everybody. */
  readonly place: Place | undefined;
  readonly depth: string;
  readonly body: string;
}

/** PROPFIND at the root, a principal, a home, a calendar or a resource. */
export function createPropfind({ world, store, strikes, partition, subscribed }: PropfindNeeds) {
  function rootProps(email: string): Props {
    return { 'current-user-principal': href(principalOf(email)), resourcetype: element(DAV, 'collection') };
  }

  function principalProps(email: string): Props {
    const home = strikes('foreign-home') ? 'https://calendar.example.net' : partition();
    return {
      ...rootProps(email),
      'calendar-home-set': href(`${home}${homeOf(email)}`),
      displayname: text(world.person(email)?.name ?? email),
    };
  }

  function calendarProps(calendar: SimCalendar): Props {
    const token = tokenAt(calendar, store.position(calendar));
    const readOnly = calendar.access === 'reader' || subscribed(calendar);
    const kind = subscribed(calendar)
      ? element(CALENDARSERVER, 'subscribed')
      : element(CALDAV, 'calendar') + (calendar.sharedBy ? element(CALENDARSERVER, 'shared') : '');
    const rights = ['read', ...(readOnly ? [] : ['write', 'write-content', 'bind', 'unbind'])];
    return {
      displayname: text(calendar.name),
      resourcetype: element(DAV, 'collection') + kind,
      'supported-calendar-component-set': element(CALDAV, 'comp', '', ' name="VEVENT"'),
      'current-user-privilege-set': strikes('privileges-missing')
        ? undefined
        : rights.map((right) => element(DAV, 'privilege', element(DAV, right))).join(''),
      getctag: token,
      'sync-token': token,
      'calendar-color': `${calendar.color.toUpperCase()}FF`,
      'calendar-timezone': text(
        `BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:${calendar.zone}\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n`,
      ),
    };
  }

  const specialTypes = {
    inbox: 'schedule-inbox',
    outbox: 'schedule-outbox',
    notification: undefined,
    tasks: undefined,
  };

  function specialProps(kind: (typeof specials)[number]): Props {
    const type =
      kind === 'tasks'
        ? element(CALDAV, 'calendar')
        : kind === 'notification'
          ? element(CALENDARSERVER, 'notification')
          : element(CALDAV, specialTypes[kind] ?? '');
    return {
      resourcetype: element(DAV, 'collection') + type,
      ...(kind === 'tasks' && {
        displayname: text('Reminders ⚠️'),
        'supported-calendar-component-set': element(CALDAV, 'comp', '', ' name="VTODO"'),
        'current-user-privilege-set': element(DAV, 'privilege', element(DAV, 'write')),
      }),
    };
  }

  function answer(path: string, wanted: readonly Prop[], props: Props): string {
    // Seen at iCloud (org-caldav#305): nothing is there, and the status says that it is.
    if (strikes('empty-prop')) return propResponse(path, []);
    return propResponse(
      path,
      wanted.map(({ namespace, name }) => ({ namespace, name, content: props[name] })),
    );
  }

  function homeListing(email: string, wanted: readonly Prop[]): string[] {
    const home = homeOf(email);
    const calendars = strikes('no-calendars') ? [] : world.calendarsOf(email);
    return [
      answer(home, wanted, { resourcetype: element(DAV, 'collection'), displayname: text('Calendars') }),
      ...calendars.map((calendar) => answer(calendarPath(calendar), wanted, calendarProps(calendar))),
      ...specials.map((kind) => answer(`${home}${kind}/`, wanted, specialProps(kind))),
    ];
  }

  function calendarListing(calendar: SimCalendar, wanted: readonly Prop[]): string[] {
    const path = calendarPath(calendar);
    return store
      .live(calendar)
      .map(({ name, etag }) => answer(`${path}${encodeURIComponent(name)}`, wanted, { getetag: text(etag) }));
  }

  return ({ email, path, place, depth, body }: Question): Response => {
    const wanted = (childOf(parseXml(body), DAV, 'prop')?.children ?? []).map(
      ({ namespace, name }): Prop => ({ namespace, name, content: undefined }),
    );
    const one = (props: Props) => multistatus([answer(path, wanted, props)]);
    if (!place) return one(rootProps(email));
    switch (place.kind) {
      case 'principal':
        return one(principalProps(email));
      case 'home':
        return depth === '0' ? one({}) : multistatus(homeListing(email, wanted));
      case 'calendar': {
        const own = answer(path, wanted, calendarProps(place.calendar));
        return multistatus(depth === '0' ? [own] : [own, ...calendarListing(place.calendar, wanted)]);
      }
      case 'resource': {
        const resource = store.find(place.calendar, place.name);
        return resource ? one({ getetag: text(resource.etag) }) : new Response(null, { status: 404 });
      }
      default:
        return one(specialProps(place.kind));
    }
  };
}
