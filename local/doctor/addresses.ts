import { type Finding, reason, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** Longer than this no answer is waited for, ms. */
const PATIENCE_MS = 10_000;
/** Tokens are not accepted, or not for long, where clocks differ by more, ms. */
const CLOCK_MS = 120_000;

/** Where the installation is reached, and the services that it reaches. */
export async function examineAddresses(patient: Patient): Promise<readonly Finding[]> {
  const found = await Promise.all([publicAddress(patient), microsoft(patient), google(patient), icloud(patient)]);
  return found.flat();
}

async function publicAddress({ settings, fetch, deployed }: Patient): Promise<Finding[]> {
  const url = settings.HETK_PUBLIC_URL;
  if (!url) return [];
  const health = await ask(fetch, `${url}/health`);
  const findings: Finding[] = [];
  if (url.startsWith('http:'))
    findings.push(
      wrong(
        'HETK_PUBLIC_URL',
        `${url} is on this machine only: services cannot tell of changes, which then come by polling`,
        'open a tunnel with an https address (docs/operators.md) and set it, here and in both registrations',
      ),
    );
  if (typeof health === 'string') {
    const remedy = deployed
      ? 'deploy the package: azd deploy'
      : 'start Hetk (npm start), and look whether the address leads to it';
    findings.push(wrong('HETK_PUBLIC_URL', `nobody answers at ${url}: ${health}`, remedy));
  } else if (health.status === 200) findings.push(well('HETK_PUBLIC_URL', `Hetk is well at ${url}`));
  else if (health.status === 503)
    findings.push(
      wrong(
        'HETK_PUBLIC_URL',
        `Hetk at ${url} does not reach its stores`,
        'see the findings about database and storage',
      ),
    );
  else
    findings.push(
      wrong('HETK_PUBLIC_URL', `${url}/health answers ${health.status}, which is not Hetk`, 'correct the address'),
    );
  return findings;
}

/** On one machine a service that no setting points to is simulated. */
function simulated(
  { deployed, environment }: Patient,
  service: string,
  ...roots: readonly string[]
): Finding[] | undefined {
  if (deployed || roots.some((name) => environment[name])) return undefined;
  return [well(service, `simulated by npm start, until ${roots.join(' or ')} is set`)];
}

async function microsoft(patient: Patient): Promise<Finding[]> {
  const inWorld = simulated(patient, 'Microsoft', 'HETK_MICROSOFT_AUTHORITY', 'HETK_GRAPH_ROOT');
  if (inWorld) return inWorld;
  const { settings, fetch, now } = patient;
  const { HETK_MICROSOFT_CLIENT_ID: id, HETK_MICROSOFT_AUTHORITY: authority, HETK_GRAPH_ROOT: graph } = settings;
  if (!id) return [well('HETK_MICROSOFT_CLIENT_ID', 'not set: Microsoft accounts cannot be connected')];
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const findings: Finding[] = guid
    ? [
        redirects('HETK_MICROSOFT_CLIENT_ID', settings.HETK_PUBLIC_URL, [
          'microsoft/callback',
          'microsoft/admin/callback',
        ]),
      ]
    : [
        wrong(
          'HETK_MICROSOFT_CLIENT_ID',
          'is no application id',
          'copy "Application (client) ID" from the overview of the registration',
        ),
      ];
  if (authority) {
    const url = `${authority}/common/v2.0/.well-known/openid-configuration`;
    findings.push(...reached('HETK_MICROSOFT_AUTHORITY', authority, await ask(fetch, url), [200], now()));
  }
  // Without a token Graph answers 401; anything else is not Graph.
  if (graph) findings.push(...reached('HETK_GRAPH_ROOT', graph, await ask(fetch, `${graph}/v1.0/me`), [401], now()));
  return findings;
}

async function google(patient: Patient): Promise<Finding[]> {
  const inWorld = simulated(patient, 'Google', 'HETK_GOOGLE_OAUTH_ROOT', 'HETK_GOOGLE_API_ROOT');
  if (inWorld) return inWorld;
  const { settings, fetch, now } = patient;
  const { HETK_GOOGLE_CLIENT_ID: id, HETK_GOOGLE_API_ROOT: api, HETK_PUBLIC_URL } = settings;
  if (!id) return [well('HETK_GOOGLE_CLIENT_ID', 'not set: Google accounts cannot be connected')];
  const findings: Finding[] = /\.apps\.googleusercontent\.com$/.test(id)
    ? [redirects('HETK_GOOGLE_CLIENT_ID', HETK_PUBLIC_URL, ['google/callback'])]
    : [
        wrong(
          'HETK_GOOGLE_CLIENT_ID',
          'is no client id of Google',
          'copy the one that ends in .apps.googleusercontent.com',
        ),
      ];
  if (api) {
    const answer = await ask(fetch, `${api}/calendar/v3/users/me/calendarList`);
    findings.push(...reached('HETK_GOOGLE_API_ROOT', api, answer, [401, 403], now()));
  }
  return findings;
}

async function icloud(patient: Patient): Promise<Finding[]> {
  const inWorld = simulated(patient, 'iCloud', 'HETK_ICLOUD_ROOT');
  if (inWorld) return inWorld;
  const { settings, fetch, now } = patient;
  const root = settings.HETK_ICLOUD_ROOT;
  return root ? reached('HETK_ICLOUD_ROOT', root, await ask(fetch, `${root}/`), [401, 403, 404, 405], now()) : [];
}

function redirects(of: string, publicUrl: string | undefined, paths: readonly string[]): Finding {
  const all = paths.map((path) => `${publicUrl ?? '(HETK_PUBLIC_URL)'}/connect/${path}`);
  return well(of, `set; its registration must allow ${all.join(' and ')}`);
}

function reached(
  of: string,
  root: string,
  answer: Response | string,
  expected: readonly number[],
  now: number,
): Finding[] {
  if (typeof answer === 'string')
    return [wrong(of, `${root} cannot be reached: ${answer}`, 'let this machine out to it, or correct the setting')];
  const findings: Finding[] = expected.includes(answer.status)
    ? [well(of, `${root} is reached`)]
    : [
        wrong(
          of,
          `${root} answers ${answer.status}, which is not what is expected there`,
          'correct the setting, or unset it',
        ),
      ];
  const skew = Math.abs(now - Date.parse(answer.headers.get('date') ?? ''));
  if (skew > CLOCK_MS)
    findings.push(
      wrong('clock', `${Math.round(skew / 1000)} s apart from that of ${root}`, 'set the clock of this machine'),
    );
  return findings;
}

async function ask(plain: typeof fetch, url: string): Promise<Response | string> {
  try {
    return await plain(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    return reason(error instanceof Error && error.cause ? error.cause : error);
  }
}
