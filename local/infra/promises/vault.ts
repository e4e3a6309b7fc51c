import { type InfraPromise, stated } from './promise.ts';

const vault = 'Microsoft.KeyVault/vaults';

export const vaultPromises: readonly InfraPromise[] = [
  stated('What is deleted from the vault can be brought back, and nobody can purge it.', vault, {
    'properties.enableSoftDelete': true,
    'properties.enablePurgeProtection': true,
    'properties.softDeleteRetentionInDays': 90,
  }),
  stated('The vault knows roles and no access policies.', vault, {
    'properties.enableRbacAuthorization': true,
    'properties.accessPolicies': undefined,
  }),
];
