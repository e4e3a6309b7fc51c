import { resourcesOf } from '../template.ts';
import { type InfraPromise, unlike } from './promise.ts';

const closes = "[if(parameters('privateNetwork'), 'Disabled', 'Enabled')]";
const closed = ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults', 'Microsoft.Sql/servers'];

export const networkPromises: readonly InfraPromise[] = [
  {
    says: 'With a private network, storage, vault and database are reached from there only.',
    broken(template) {
      const doors = closed.flatMap((type) =>
        resourcesOf(template, type).flatMap((one) => unlike(one, { 'properties.publicNetworkAccess': closes })),
      );
      const zones = resourcesOf(template, 'Microsoft.Network/privateEndpoints').length;
      return [...doors, ...(zones > 0 ? [] : ['there are no private endpoints'])];
    },
  },
];
