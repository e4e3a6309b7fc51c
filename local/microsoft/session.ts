import type { SimPerson } from '../core/core.ts';
import { accessDenied } from './errors.ts';
import type { Preferences } from './preferences.ts';
import { isGraphScope, shortScope } from './scopes.ts';

/** Who calls Graph, with which permissions, and how they want the answer. */
export interface Session {
  readonly person: SimPerson;
  readonly scopes: readonly string[];
  readonly preferences: Preferences;
}

/** @throws GraphError 403 where the token does not hold the permission */
export function need(session: Session, access: 'read' | 'write' | 'profile'): void {
  const held = session.scopes.filter(isGraphScope).map(shortScope);
  const enough = {
    read: ['calendars.read', 'calendars.readwrite', '.default'],
    write: ['calendars.readwrite', '.default'],
    profile: ['user.read', '.default'],
  }[access];
  if (!held.some((scope) => enough.includes(scope))) throw accessDenied();
}
