import { createHash } from 'node:crypto';

/** The tenant of all personal accounts. */
export const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';
const personalDomains = /@(outlook|hotmail|live|msn)\./i;

/** The tenant of an address: personal accounts share one, an organisation's domain has its own. */
export function tenantOf(email: string): string {
  return personalDomains.test(email) ? personalTenant : guid(`tenant:${email.split('@')[1]?.toLowerCase()}`);
}

/** The cloud of a domain, as its discovery document tells it. Here the end of the name decides, and `gcc.` before it makes a GCC tenant. */
export interface Cloud {
  readonly cloud_instance_name: string;
  readonly tenant_region_sub_scope?: string;
  readonly msgraph_host: string;
}

const worldwide: Cloud = { cloud_instance_name: 'microsoftonline.com', msgraph_host: 'graph.microsoft.com' };

export function cloudOf(domain: string): Cloud {
  if (/^gcc\./i.test(domain)) return { ...worldwide, tenant_region_sub_scope: 'GCC' };
  if (/\.cn$/i.test(domain)) {
    return { cloud_instance_name: 'partner.microsoftonline.cn', msgraph_host: 'microsoftgraph.chinacloudapi.cn' };
  }
  if (/\.us$/i.test(domain)) {
    return {
      cloud_instance_name: 'microsoftonline.us',
      tenant_region_sub_scope: 'DODCON',
      msgraph_host: 'graph.microsoft.us',
    };
  }
  return worldwide;
}

export function isWorldwide({ cloud_instance_name }: Cloud): boolean {
  return cloud_instance_name === worldwide.cloud_instance_name;
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
