import type { TokenCredential } from '@azure/identity';

let identity: Promise<TokenCredential> | undefined;

/**
 * Who this process is in Azure: its managed identity (AZURE_CLIENT_ID names it where there are several), or on a developer's machine who is
 * signed in with the Azure command line. One for all clients, so that each token is fetched once. Loaded only where it is needed: the
 * library is large, and a start on one machine has no use for it.
 */
export function azureIdentity(): Promise<TokenCredential> {
  identity ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
  return identity;
}
