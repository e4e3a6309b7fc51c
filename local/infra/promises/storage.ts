import { lastName, resourcesOf } from '../template.ts';
import { difference, type InfraPromise, stated } from './promise.ts';

const account = 'Microsoft.Storage/storageAccounts';

export const storagePromises: readonly InfraPromise[] = [
  stated('Storage has no keys.', account, { 'properties.allowSharedKeyAccess': false }),
  stated('No blob is public.', account, { 'properties.allowBlobPublicAccess': false }),
  stated('No container is public.', `${account}/blobServices/containers`, { 'properties.publicAccess': 'None' }),
  stated('Storage is reached over TLS 1.2 or newer, and over nothing else.', account, {
    'properties.minimumTlsVersion': 'TLS1_2',
    'properties.supportsHttpsTrafficOnly': true,
  }),
  {
    says: 'The two queues are there, each with its poison queue.',
    broken: (template) =>
      difference('queue', resourcesOf(template, `${account}/queueServices/queues`).map(lastName), [
        'changes',
        'changes-poison',
        'bulk',
        'bulk-poison',
      ]),
  },
  {
    says: 'The tables of links and history are there.',
    broken: (template) =>
      difference('table', resourcesOf(template, `${account}/tableServices/tables`).map(lastName), ['links', 'history']),
  },
];
