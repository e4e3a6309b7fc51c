import { type Resource, resourcesOf, type Template, valueAt } from '../template.ts';
import { difference, type InfraPromise } from './promise.ts';

const storage = "[resourceId('Microsoft.Storage/storageAccounts', parameters('storageName'))]";
const vault = "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]";
const insights = "[resourceId('Microsoft.Insights/components', parameters('insightsName'))]";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88';
const tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';
const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';
const secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb';

const wanted = [
  `the app: ${blobDataOwner} on ${storage}`,
  `the app: ${queueDataContributor} on ${storage}`,
  `the app: ${tableDataContributor} on ${storage}`,
  `the app: ${secretsUser} on ${vault}`,
  `the app: ${metricsPublisher} on ${insights}`,
  `the operators: ${secretsOfficer} on ${vault}`,
  `the operators: ${queueDataContributor} on ${storage}`,
];

export const rolePromises: readonly InfraPromise[] = [
  {
    says: 'The app and its operators have the roles that they need, each on one resource, and no other.',
    broken: (template) => difference('role', grants(template), wanted),
  },
  {
    says: 'There is one identity, made by the operator and not by the app.',
    broken(template) {
      const identities = resourcesOf(template, 'Microsoft.ManagedIdentity/userAssignedIdentities').length;
      const own = resourcesOf(template).filter((one) => /SystemAssigned/.test(JSON.stringify(one.identity ?? '')));
      return [
        ...(identities === 1 ? [] : [`there are ${identities} identities`]),
        ...own.map(({ type }) => `${type} has an identity of its own`),
      ];
    },
  },
];

function grants(template: Template): readonly string[] {
  return resourcesOf(template, 'Microsoft.Authorization/roleAssignments').map(
    (grant) => `${receiver(grant)}: ${role(grant)} on ${grant.scope ?? 'the whole group'}`,
  );
}

function receiver(grant: Resource): string {
  const id = String(valueAt(grant, 'properties.principalId'));
  if (id === "[parameters('operatorsObjectId')]") return 'the operators';
  const ours =
    /^\[reference\(resourceId\('Microsoft\.ManagedIdentity\/userAssignedIdentities', parameters\('identityName'\)\), '[\d-]+'\)\.principalId\]$/;
  return ours.test(id) ? 'the app' : id;
}

/** The role's id, through the variable that names it. */
function role(grant: Resource): string {
  const id = String(valueAt(grant, 'properties.roleDefinitionId'));
  const variable = /^\[subscriptionResourceId\('Microsoft\.Authorization\/roleDefinitions', variables\('(\w+)'\)\)\]$/;
  const name = variable.exec(id)?.[1];
  return String(name === undefined ? id : grant.template.variables[name]);
}
