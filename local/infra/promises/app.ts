import { resourcesOf, type Template, theOne, valueAt } from '../template.ts';
import { type InfraPromise, stated, unlike } from './promise.ts';

const site = 'Microsoft.Web/sites';
const scale = 'properties.functionAppConfig.scaleAndConcurrency';

export const appPromises: readonly InfraPromise[] = [
  stated('The app is reached over TLS 1.2 or newer, and over nothing else.', site, {
    'properties.httpsOnly': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
    'properties.siteConfig.ftpsState': 'Disabled',
  }),
  {
    says: 'Nobody deploys with a password.',
    broken(template) {
      const policies = resourcesOf(template, `${site}/basicPublishingCredentialsPolicies`);
      return [
        ...(policies.length === 2 ? [] : ['the policies of scm and ftp are not both stated']),
        ...policies.flatMap((policy) => unlike(policy, { 'properties.allow': false })),
      ];
    },
  },
  stated('The app runs on Flex Consumption.', 'Microsoft.Web/serverfarms', {
    sku: { name: 'FC1', tier: 'FlexConsumption' },
  }),
  stated('The app runs on Node 22.', site, {
    'properties.functionAppConfig.runtime': { name: 'node', version: '22' },
  }),
  {
    says: 'Web page, webhooks and the changes queue are always ready.',
    broken(template) {
      const app = theOne(template, site);
      const ready = valueAt(app, `${scale}.alwaysReady`);
      return ['http', 'function:changes'].flatMap((group) => {
        const entry = Array.isArray(ready) ? ready.find((one) => valueAt(one, 'name') === group) : undefined;
        const count = valueAt(entry, 'instanceCount');
        return atLeastOne(template, count) ? [] : [`${group} may have no instance`];
      });
    },
  },
];

/** A number from 1 on, or a parameter that the whole template refuses below 1. Modules pass parameters on by the same name. */
function atLeastOne(template: Template, count: unknown): boolean {
  if (typeof count === 'number') return count >= 1;
  const name = /^\[parameters\('(\w+)'\)\]$/.exec(String(count))?.[1];
  const parameter = name === undefined ? undefined : template.parameters[name];
  return (parameter?.minValue ?? 0) >= 1;
}
