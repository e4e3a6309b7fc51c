import type { Operator } from './operator.ts';

/** What bicep/main.bicepparam reads from the environment, and nobody but the operator can know. */
interface Wanted {
  readonly name: string;
  readonly question: string;
  readonly fits: RegExp;
  readonly or: string;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const wanted: readonly Wanted[] = [
  {
    name: 'HETK_OPERATORS_GROUP',
    question: 'Name of the Entra group whose members run this installation',
    fits: /^\S.*$/,
    or: 'a name, such as Hetk operators',
  },
  {
    name: 'HETK_OPERATORS_OBJECT_ID',
    question: 'Object id of that group (az ad group show --group NAME --query id)',
    fits: guid,
    or: 'an id, such as 11111111-2222-3333-4444-555555555555',
  },
  {
    name: 'HETK_OPERATORS_EMAIL',
    question: 'Address for alerts and budget notices',
    fits: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
    or: 'an e-mail address',
  },
];

/** The only place where data of users is kept. */
const REGION = 'northeurope';

/**
 * What is still to be known before anything is made in Azure: asked where it is missing.
 * @returns the answers to questions that the environment did not answer, by the names of its variables
 * @throws Error, in one line, for what is missing and cannot be asked, or does not fit
 */
export async function answers(
  environment: Readonly<Record<string, string | undefined>>,
  operator: Operator,
): Promise<Readonly<Record<string, string>>> {
  const region = environment.AZURE_LOCATION;
  if (region && region !== REGION)
    throw new Error(
      `AZURE_LOCATION is ${region}: Hetk is kept in ${REGION} only. Run: azd env set AZURE_LOCATION ${REGION}`,
    );
  const given: Record<string, string> = {};
  for (const { name, question, fits, or } of wanted) {
    const value = environment[name]?.trim() || (await operator.ask(`${question}: `));
    if (!value) throw new Error(`${name} is missing: it must be ${or}. Run: azd env set ${name} VALUE`);
    if (!fits.test(value)) throw new Error(`${name} is ${value}: it must be ${or}. Run: azd env set ${name} VALUE`);
    if (environment[name]?.trim() !== value) given[name] = value;
  }
  return given;
}
