import { resourcesOf, textsIn, theOne, valueAt } from '../template.ts';
import { difference, type InfraPromise, stated } from './promise.ts';

export const watchPromises: readonly InfraPromise[] = [
  stated('Telemetry is written with Entra only.', 'Microsoft.Insights/components', {
    'properties.DisableLocalAuth': true,
  }),
  stated('Logs are written with Entra only.', 'Microsoft.OperationalInsights/workspaces', {
    'properties.features.disableLocalAuth': true,
  }),
  {
    says: 'Readings of the vault, sign-ins to the database and writes to queues are logged.',
    broken(template) {
      const logs = resourcesOf(template, 'Microsoft.Insights/diagnosticSettings');
      const categories = logs.flatMap((log) => textsIn(valueAt(log, 'properties.logs')));
      const needed = ['AuditEvent', 'SQLSecurityAuditEvents', 'StorageWrite'];
      return needed.filter((one) => !categories.includes(one)).map((one) => `${one} is not logged`);
    },
  },
  {
    says: 'Operators are told of poison messages, late changes, failing push registrations and lost grants.',
    broken(template) {
      const alert = theOne(template, 'Microsoft.Insights/scheduledQueryRules');
      if (!alert) return ['there are no log alerts'];
      const rules = alert.template.variables.rules;
      const names = Array.isArray(rules) ? rules.map((rule) => String(valueAt(rule, 'name'))) : [];
      const groups = textsIn(valueAt(alert, 'properties.actions.actionGroups'));
      return [
        ...difference('alert', names, [
          'poison-message',
          'slow-propagation',
          'subscriptions-failing',
          'accounts-to-reconnect',
        ]),
        ...(groups.length > 0 ? [] : ['the alerts go to nobody']),
      ];
    },
  },
  {
    says: 'Operators see figures and trouble on one page.',
    broken(template) {
      const workbook = theOne(template, 'Microsoft.Insights/workbooks');
      if (!workbook) return ['there is not exactly one workbook'];
      const page = textsIn(workbook.template.variables).find((text) => text.includes('Notebook/1.0')) ?? '';
      return page.includes('StorageQueueLogs') && page.includes('hetk.writes') ? [] : ['the workbook shows neither'];
    },
  },
  {
    says: 'Operators are told before the budget is spent.',
    broken(template) {
      const budget = theOne(template, 'Microsoft.Consumption/budgets');
      if (!budget) return ['there is no budget'];
      return textsIn(valueAt(budget, 'properties.notifications.forecast.contactEmails')).length > 0
        ? []
        : ['the forecast goes to nobody'];
    },
  },
];
