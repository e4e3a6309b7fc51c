/**
 * What the AADSTS numbers mean for a person who signs in.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export type MicrosoftRefusal = 'declined' | 'admin' | 'cloud' | 'blocked' | 'shut-out' | 'other-account' | 'ours';

const meanings: readonly (readonly [MicrosoftRefusal, readonly number[]])[] = [
  ['declined', [65004]],
  // Not consented to; an administrator must; a request to them is under way; a basic permission is missing.
  ['admin', [65001, 90094, 90095, 90008]],
  // The tenant belongs to a national cloud, which has sign-in and Graph of its own, or is not to be found in this one.
  ['cloud', [90038, 90043, 900382, 900432, 90051, 90002, 1000104]],
  // Conditional access that the person cannot satisfy by answering a question.
  ['blocked', [53000, 53001, 53003, 53011, 530032]],
  // The organisation does not let this person, or anybody, use the app.
  ['shut-out', [50105, 7000112]],
  // An account of the wrong kind or tenant, or one that is switched off or gone.
  ['other-account', [50020, 50034, 500208, 50057, 51004]],
  // Our registration: unknown, for one tenant only, for work accounts only, another address to return to, a secret that is wrong or expired.
  ['ours', [700016, 700011, 70001, 50194, 9002332, 70011, 50011, 7000215, 7000222]],
];

/** What a refusal means, by its numbers and its OAuth error; undefined for one that says nothing about the person. */
export function meaningOf(numbers: readonly number[], error: string): MicrosoftRefusal | undefined {
  const known = meanings.find(([, those]) => numbers.some((number) => those.includes(number)))?.[0];
  if (known) return known;
  if (error === 'consent_required') return 'admin';
  if (error === 'national-cloud') return 'cloud';
  if (error === 'invalid_client' || error === 'unauthorized_client') return 'ours';
  return undefined;
}

/**
 * The AADSTS numbers that came with an error at a redirect. Microsoft names it in `error_uri` and at the start of
 * `error_description`; the rest of that text is for people and changes.
 */
export function microsoftErrorNumbers(query: URLSearchParams): number[] {
  const described = /^AADSTS(\d+)/.exec(query.get('error_description') ?? '')?.[1];
  const linked = /[?&]code=(\d+)/.exec(query.get('error_uri') ?? '')?.[1];
  return [described, linked].flatMap((number) => (number === undefined ? [] : [Number(number)]));
}

/** The hosts by which an answer at the redirect says in which cloud the person signed in. */
const cloudParameters = ['cloud_instance_host_name', 'cloud_instance_name', 'cloud_graph_host_name', 'msgraph_host'];

/** The hosts that a return names; Microsoft adds them where the person's cloud may be another than the one that was asked. */
export function cloudHostsIn(query: URLSearchParams): string[] {
  return cloudParameters.flatMap((name) => query.get(name) ?? []);
}
