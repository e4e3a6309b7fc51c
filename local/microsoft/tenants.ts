import { createHash } from 'node:crypto';

/** The tenant of all personal accounts. */
export const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';
const personalDomains = /@(outlook|hotmail|live|msn)\./i;

/** The tenant of an address: personal accounts share one, an organisation's domain has its own. */
export function tenantOf(email: string): string {
  return personalDomains.test(email) ? personalTenant : guid(`tenant:${email.split('@')[1]?.toLowerCase()}`);
}

/** The person's object id in their tenant. */
export function objectIdOf(email: string): string {
  return guid(`person:${email.toLowerCase()}`);
}

/** The same text always gives the same GUID. */
export function guid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
