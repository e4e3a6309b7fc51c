import { openQueueService, queueNames } from '../../shared/platform/storageQueues.ts';
import { type Finding, reason, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** More than this many messages in a queue is more than a busy moment. */
const MANY = 1_000;

/** The queues: there, not overflowing, and nothing given up. */
export async function examineStorage({ settings, deployed, credential }: Patient): Promise<readonly Finding[]> {
  const storage = settings.HETK_STORAGE;
  if (!storage) return [];
  try {
    const given = storage.startsWith('account:') ? await credential() : undefined;
    const service = await openQueueService(storage, given, { retryOptions: { maxTries: 1 } });
    const findings: Finding[] = [];
    for (const name of queueNames.flatMap((queue) => [queue, `${queue}-poison`])) {
      const queue = service.getQueueClient(name);
      if (!(await queue.exists())) {
        findings.push(
          deployed
            ? wrong('HETK_STORAGE', `there is no queue ${name}`, 'azd provision, or npm run azure:up')
            : well('HETK_STORAGE', `the queue ${name} is not there yet: made at the first start`),
        );
        continue;
      }
      const { approximateMessagesCount: count = 0 } = await queue.getProperties();
      if (name.endsWith('-poison') && count > 0)
        findings.push(
          wrong(
            name,
            `${count} messages failed for good`,
            `look why (the logs of that time), mend it, then npm run poison -- --replay${deployed ? ' --deployed' : ''}`,
          ),
        );
      else if (count > MANY)
        findings.push(
          wrong(
            name,
            `${count} messages wait`,
            'see in the logs what "work" takes so long, or allow more instances (maximumInstanceCount)',
          ),
        );
      else findings.push(well(name, `${count} messages`));
    }
    return findings;
  } catch (error) {
    const remedy = deployed
      ? 'sign in as a member of the operators’ group (az login); with a private network, look from within'
      : 'start the storage emulator, or correct the setting; npm start brings one along';
    return [wrong('HETK_STORAGE', reason(error), remedy)];
  }
}
