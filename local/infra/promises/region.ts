import { modulesOf, resourcesOf } from '../template.ts';
import { type InfraPromise, unlike } from './promise.ts';

const REGION = 'northeurope';
const given = "[parameters('location')]";

/** Services that Azure has only as worldwide ones; none of these holds data of users. */
const worldwide = new Set([
  'Microsoft.Insights/actionGroups',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
]);

export const regionPromises: readonly InfraPromise[] = [
  {
    says: 'Nothing is made outside of North Europe.',
    broken(template) {
      const allowed = JSON.stringify(template.parameters.location?.allowedValues);
      const modules = modulesOf(template).filter(
        ({ values, template: { parameters } }) => 'location' in parameters && values.location !== given,
      );
      const resources = resourcesOf(template).filter(({ type, location }) => {
        const allowedHere = worldwide.has(type) ? [undefined, 'global'] : [undefined, given];
        return !allowedHere.includes(location);
      });
      return [
        ...(allowed === JSON.stringify([REGION]) ? [] : [`the parameter location allows ${allowed}`]),
        ...modules.map(({ values }) => `a module is given the location ${JSON.stringify(values.location)}`),
        ...resources.map(({ type, location }) => `${type} is in ${location}`),
      ];
    },
  },
  {
    says: 'Backups do not leave the region.',
    broken: (template) => [
      ...resourcesOf(template, 'Microsoft.Storage/storageAccounts').flatMap((account) =>
        unlike(account, { 'sku.name': 'Standard_ZRS' }),
      ),
      // Left out, Azure takes Geo.
      ...resourcesOf(template, 'Microsoft.Sql/servers/databases').flatMap((database) =>
        unlike(database, { 'properties.requestedBackupStorageRedundancy': 'Zone' }),
      ),
    ],
  },
];
