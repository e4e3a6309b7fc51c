import { lastName, resourcesOf, textsIn, theOne, valueAt } from '../template.ts';
import { type InfraPromise, stated, unlike } from './promise.ts';

const server = 'Microsoft.Sql/servers';
const database = 'Microsoft.Sql/servers/databases';

export const sqlPromises: readonly InfraPromise[] = [
  {
    says: 'One signs in to the database with Entra only.',
    broken(template) {
      const one = theOne(template, server);
      if (!one) return ['there is not exactly one SQL server'];
      const passwords = ['administratorLogin', 'administratorLoginPassword'].filter(
        (name) => valueAt(one, `properties.${name}`) !== undefined,
      );
      return [
        ...passwords.map((name) => `the server has an ${name}`),
        ...unlike(one, {
          'properties.administrators.administratorType': 'ActiveDirectory',
          'properties.administrators.azureADOnlyAuthentication': true,
        }),
      ];
    },
  },
  stated('The database is reached over TLS 1.2 or newer.', server, { 'properties.minimalTlsVersion': '1.2' }),
  {
    says: 'Every database is encrypted at rest (TDE).',
    broken(template) {
      const encryption = `${database}/transparentDataEncryption`;
      return resourcesOf(template, database).flatMap((one) => {
        const own = resourcesOf(template, encryption).find(({ name }) => name.includes(`'${lastName(one)}'`));
        if (!own) return [`TDE of ${lastName(one)} is not stated`];
        return unlike(own, { 'properties.state': 'Enabled' });
      });
    },
  },
  {
    says: 'The database never pauses.',
    broken(template) {
      const one = theOne(template, database);
      if (!one) return ['there is not exactly one database'];
      const sizes = template.parameters.databaseSku?.allowedValues?.map(String) ?? ['any'];
      return [
        ...unlike(one, { 'properties.autoPauseDelay': -1 }),
        ...sizes.filter((size) => !/^S\d+$/.test(size)).map((size) => `the size ${size} is allowed`),
      ];
    },
  },
  {
    says: 'The database is audited, without the parameters of statements.',
    broken(template) {
      const auditing = theOne(template, `${server}/auditingSettings`);
      if (!auditing) return ['there is no audit'];
      const delivered = resourcesOf(template, 'Microsoft.Insights/diagnosticSettings').some((setting) =>
        textsIn(setting.properties).includes('SQLSecurityAuditEvents'),
      );
      const groups = textsIn(valueAt(auditing, 'properties.auditActionsAndGroups'));
      const telling = groups.filter((group) => /BATCH|SCHEMA_OBJECT_ACCESS/.test(group));
      return [
        ...unlike(auditing, { 'properties.state': 'Enabled', 'properties.isAzureMonitorTargetEnabled': true }),
        ...(delivered ? [] : ['the audit is delivered nowhere']),
        // Left out, Azure takes its default set, which is the telling one.
        ...(groups.length > 0
          ? telling.map((group) => `${group} logs statements`)
          : ['the default set logs statements']),
      ];
    },
  },
  {
    says: 'No address outside of Azure may knock at the database.',
    broken: (template) =>
      resourcesOf(template, `${server}/firewallRules`).flatMap((rule) =>
        unlike(rule, {
          condition: "[not(parameters('privateNetwork'))]",
          'properties.startIpAddress': '0.0.0.0',
          'properties.endIpAddress': '0.0.0.0',
        }),
      ),
  },
];
