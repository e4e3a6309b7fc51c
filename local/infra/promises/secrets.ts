import { resourcesOf, templatesOf, textsIn, theOne } from '../template.ts';
import { difference, type InfraPromise } from './promise.ts';

/** Functions of templates that hand out keys and secrets: list*(), and those of the vault. */
const revealing = /\b(list[A-Z]\w*|list|getSecret)\(/;
const secretName = /secret|password|passphrase|credential|token|(^|[a-z])keys?$/i;

/** All settings of the app. The runtime is not among them: Flex Consumption ignores such settings or breaks on them. */
const settings = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATION_INSIGHTS_NO_STATSBEAT',
  'AZURE_CLIENT_ID',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
  'HETK_DATABASE',
  'HETK_GOOGLE_CLIENT_ID',
  'HETK_KEYS',
  'HETK_MICROSOFT_CLIENT_ID',
  'HETK_POLLS_A_DAY',
  'HETK_POLL_SECONDS',
  'HETK_PUBLIC_URL',
  'HETK_REGION',
  'HETK_STORAGE',
];

export const secretPromises: readonly InfraPromise[] = [
  {
    says: 'No secret is read while deploying.',
    broken: (template) =>
      templatesOf(template)
        .flatMap(({ variables, outputs, resources, modules }) =>
          textsIn([variables, outputs, resources.map(ownTexts), modules.map(({ values }) => values)]),
        )
        .filter((text) => text.startsWith('[') && revealing.test(text)),
  },
  {
    says: 'No secret is a parameter.',
    broken: (template) =>
      templatesOf(template).flatMap(({ parameters }) =>
        Object.entries(parameters)
          .filter(([name, { type }]) => /^secure/i.test(type) || secretName.test(name))
          .map(([name]) => `the parameter ${name}`),
      ),
  },
  {
    says: 'No secret is an output.',
    broken: (template) =>
      templatesOf(template).flatMap(({ outputs }) =>
        Object.entries(outputs)
          .filter(
            ([, { type, value }]) =>
              /^secure/i.test(type) || textsIn(value).some((text) => /connectionString|instrumentationKey/i.test(text)),
          )
          .map(([name]) => `the output ${name}`),
      ),
  },
  {
    says: 'No secret is written by a template, where every reader of deployments would find it.',
    broken: (template) => resourcesOf(template, 'Microsoft.KeyVault/vaults/secrets').map(({ name }) => name),
  },
  {
    says: 'The app has the settings that it needs and no other; no secret is among them.',
    broken(template) {
      const config = theOne(template, 'Microsoft.Web/sites/config');
      if (!config) return ['there is not exactly one set of settings'];
      const references = textsIn(config.properties).filter((text) => /@Microsoft\.KeyVault|AccountKey=/i.test(text));
      const names = Object.keys(config.properties ?? {});
      return [...difference('setting', names, settings), ...references.map((text) => `the setting ${text}`)];
    },
  },
];

/** The texts of a resource without those of the template it belongs to. */
function ownTexts({ template: _, ...own }: { readonly template: unknown }): readonly string[] {
  return textsIn(own);
}
