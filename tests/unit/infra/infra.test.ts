import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bicepFolder, compile, lint } from '../../../local/infra/compile.ts';
import { findCompiler } from '../../../local/infra/compiler.ts';
import { promises } from '../../../local/infra/promises.ts';
import { report } from '../../../local/infra/report.ts';
import { parseTemplate, resourcesOf, type Template, textsIn, theOne } from '../../../local/infra/template.ts';
import { readSettings } from '../../../shared/platform/settings.ts';
import { describeUnless } from '../../need.ts';
import { breaks } from './breaks.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const compiler = await findCompiler();
const command = 'command' in compiler ? compiler.command : '';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hetk-infra-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the check of the infrastructure without a compiler', () => {
  it('says how to get one', async () => {
    expect(await findCompiler({ PATH: '' }, folder)).toEqual({
      missing: expect.stringMatching(/^(neither )?bicep .* on the PATH\. Install .*aka\.ms\/bicep-install/),
    });
  });

  // Elsewhere NuGet is not asked for one.
  const onLinux = process.platform === 'linux' && process.arch === 'x64' ? it : it.skip;
  onLinux('does not run a compiler that is not the one it knows', async () => {
    const kept = join(folder, 'azure.bicep.commandline.linux-x64/0.49.2');
    await mkdir(join(kept, 'tools'), { recursive: true });
    await writeFile(
      join(kept, 'tools/bicep'),
      `#!/bin/sh\ntouch ${join(folder, 'ran')}\necho Bicep CLI version 0.49.2\n`,
    );
    await chmod(join(kept, 'tools/bicep'), 0o755);
    await writeFile(join(kept, 'azure.bicep.commandline.linux-x64.0.49.2.nupkg.sha512'), 'bm90IGl0');
    await expect(findCompiler({ PATH: '' }, folder)).rejects.toThrow('is not the package that it was');
    expect(await readdir(folder)).not.toContain('ran');
  });

  it('is skipped, and fails where nothing may be missing', async () => {
    const missing = { missing: 'there is no compiler' };
    const skipped = 'Skipped: the infrastructure was not checked: there is no compiler';
    expect(await report(missing, false)).toEqual({ passed: true, lines: [skipped] });
    expect(await report(missing, true)).toMatchObject({ passed: false });
  });
});

describeUnless('missing' in compiler ? compiler.missing : undefined, 'the infrastructure', () => {
  let json: string;
  let template: Template;
  beforeAll(async () => {
    json = await compile(command);
    template = parseTemplate(json);
  });

  it('compiles without a diagnostic of any level, and keeps its promises', async () => {
    const { passed, lines } = await report(compiler, true);
    expect(lines).toEqual([expect.stringContaining('no diagnostics')]);
    expect(passed).toBe(true);
  });

  it('is refused with an unknown property, a location of its own or a secret among the outputs', async () => {
    await cp(bicepFolder, folder, { recursive: true });
    const file = join(folder, 'modules/app.bicep');
    const text = await readFile(file, 'utf8');
    const worse = text
      .replace('httpsOnly: true', 'httpsOnly: true\n    zzz: true')
      .replace('location: location', "location: 'westeurope'")
      .replace('output publicUrl string = address', 'output publicUrl string = storage.listKeys().keys[0].value');
    await writeFile(file, worse);
    const said = (await lint(command, folder)).map((line) => line.split(' ')[1]);
    expect(said.sort()).toEqual(
      expect.arrayContaining(['BCP037', 'no-hardcoded-location', 'outputs-should-not-contain-secrets']),
    );
  });

  describe.each(promises)('promises: $says', ({ says, broken }) => {
    it('and keeps it', () => expect(broken(template)).toEqual([]));

    const ways = breaks.filter(([promise]) => promise === says);
    it('and a test breaks it', () => expect(ways.length).toBeGreaterThan(0));

    it.each(ways.map(([, from, to]) => [to, from] as const))('which %s would break', (to, from) => {
      const other = typeof from === 'string' ? json.replaceAll(from, () => to) : json.replace(from, () => to);
      expect(other).not.toBe(json);
      expect(broken(parseTemplate(other))).not.toEqual([]);
    });
  });

  it('gives the app settings that it can read', () => {
    const given = settingsOf(template);
    const settings = readSettings(given);
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(settings).toMatchObject({
      HETK_DATABASE: 'mssql:sample0/sample1',
      HETK_KEYS: 'vault:https://sample0',
      HETK_STORAGE: 'account:sample0',
    });
    const { HETK_POLL_SECONDS, HETK_POLLS_A_DAY } = readSettings({
      ...given,
      HETK_POLL_SECONDS: '',
      HETK_POLLS_A_DAY: '',
    });
    expect(settings).toMatchObject({ HETK_POLL_SECONDS, HETK_POLLS_A_DAY });
  });

  it('keeps a function always ready that there is', async () => {
    const functions = await readdir(join(root, 'functions/queue'));
    expect(textsIn(theOne(template, 'Microsoft.Web/sites')?.properties)).toContain('function:changes');
    expect(functions).toContain('changes.ts');
    expect(await readFile(join(root, 'functions/queue/changes.ts'), 'utf8')).toContain("app.storageQueue('changes'");
  });

  it('raises alerts on and shows events that Hetk logs, with the fields that they have, and figures that there are', async () => {
    const alert = theOne(template, 'Microsoft.Insights/scheduledQueryRules');
    // A quote in an expression is doubled.
    const alerts = textsIn(alert?.template.variables).join('\n').replaceAll("''", "'");
    const page: unknown = JSON.parse(await readFile(join(bicepFolder, 'workbook.json'), 'utf8'));
    const queries = [alerts, ...textsIn(page)].join('\n');
    const words = (text: RegExp) =>
      [...queries.matchAll(text)].flatMap(([, names = '']) =>
        [...names.matchAll(/'([a-z.-]+)'/g)].map(([, name = '']) => name),
      );
    const asked = words(/event (?:==|in) \(?((?:'[a-z-]+'(?:, )?)+)/g);
    expect(asked.length).toBeGreaterThan(8);
    const logged = await sourcesOf(join(root, 'shared/sync'));
    expect(asked.filter((event) => !logged.includes(`log('${event}'`))).toEqual([]);
    const fields = [...queries.matchAll(/line\.(\w+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'event');
    expect(fields.filter((name) => !new RegExp(`\\b${name}[:,]`).test(logged))).toEqual([]);
    const shown = words(/Name (?:==|in) \(?((?:'[a-z.]+'(?:, )?)+)/g);
    const counted = await readFile(join(root, 'shared/platform/metrics.ts'), 'utf8');
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((name) => !counted.includes(`'${name}'`))).toEqual([]);
  });

  it('makes everything that it makes with a name of its own', () => {
    const names = resourcesOf(template).map(({ type, name, scope }) => `${type} ${name} ${scope ?? ''}`);
    expect(names).toEqual([...new Set(names)]);
  });
});

/** The HETK_ settings of the compiled app: a number as the deployment gives it by default, a sample for each other expression. */
function settingsOf(template: Template): Record<string, string> {
  const config = theOne(template, 'Microsoft.Web/sites/config');
  const samples: Record<string, string> = { HETK_KEYS: 'https://sample0' };
  const entries = Object.entries(config?.properties ?? {}).filter(([name]) => name.startsWith('HETK_'));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const number = /^\[string\(parameters\('(\w+)'\)\)\]$/.exec(String(value))?.[1];
      if (number) return [name, String(template.parameters[number]?.defaultValue)];
      const variable = /^\[variables\('(\w+)'\)\]$/.exec(String(value))?.[1];
      const expression = String(variable ? config?.template.variables[variable] : value);
      const format = /format\('([^']*)'/.exec(expression)?.[1] ?? 'https://sample';
      return [name, format.replace(/\{(\d)\}/g, (_, index) => samples[name] ?? `sample${index}`)];
    }),
  );
}

async function sourcesOf(at: string): Promise<string> {
  const files = (await readdir(at)).filter((name) => name.endsWith('.ts'));
  return (await Promise.all(files.map((name) => readFile(join(at, name), 'utf8')))).join('\n');
}
