import { z } from 'zod';
import { asDomain, domainOf } from '../../platform/domain.ts';

/**
 * Microsoft's national clouds have a sign-in and a Graph of their own, and no token of the worldwide cloud is good there. GCC is part of the
 * worldwide cloud, whatever its tenants call themselves.
 * @see https://learn.microsoft.com/en-us/graph/deployments
 */
const nationalHosts = /(^|\.)(microsoftonline\.(us|cn|de)|chinacloudapi\.cn|microsoft\.us)$/i;

/** GCC High and DoD, as discovery names them; `GCC` is not among them. */
const nationalScopes = new Set(['DODCON', 'DOD']);

/** Is this the name of a national cloud's host? */
export function isNationalHost(host: string | undefined): boolean {
  return host !== undefined && nationalHosts.test(host);
}

/** The host in an id token's issuer, or undefined where it is no address. */
export function issuerHost(issuer: unknown): string | undefined {
  return typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer).hostname : undefined;
}

const discovery = z.object({
  cloud_instance_name: z.string().optional().catch(undefined),
  tenant_region_sub_scope: z.string().optional().catch(undefined),
  msgraph_host: z.string().optional().catch(undefined),
});

const patienceMs = 5_000;

/**
 * Does this address belong to a national cloud? Asks the discovery document of its domain, which anybody may read. False also when nobody
 * knows: then the sign-in itself will tell.
 */
export async function isOfNationalCloud(
  authority: string,
  fetch: typeof globalThis.fetch,
  email: string,
): Promise<boolean> {
  const domain = asDomain(domainOf(email));
  if (!domain) return false;
  try {
    const response = await fetch(`${authority}/${domain}/v2.0/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const found = discovery.parse(await response.json());
    return (
      isNationalHost(found.cloud_instance_name) ||
      isNationalHost(found.msgraph_host) ||
      nationalScopes.has(found.tenant_region_sub_scope ?? '')
    );
  } catch {
    return false;
  }
}
