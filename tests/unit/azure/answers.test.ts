import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { answers } from '../../../local/azure/answers.ts';
import { outputsOf } from '../../../local/azure/outputs.ts';
import { answering } from './operators.ts';

const known = {
  HETK_OPERATORS_GROUP: 'Operators',
  HETK_OPERATORS_OBJECT_ID: '11111111-2222-3333-4444-555555555555',
  HETK_OPERATORS_EMAIL: 'operators@example.com',
};

describe('what an operator is asked before anything is made in Azure', () => {
  it('is nothing when all is known', async () => {
    const operator = answering();
    expect(await answers(known, operator)).toEqual({});
    expect(operator.asked).toEqual([]);
  });

  it('is what is missing, and only that', async () => {
    const operator = answering('operators@example.com');
    const { HETK_OPERATORS_EMAIL, ...rest } = known;
    expect(await answers(rest, operator)).toEqual({ HETK_OPERATORS_EMAIL });
    expect(operator.asked).toHaveLength(1);
  });

  it('is everything that the parameter file cannot do without', async () => {
    const file = await readFile(new URL('../../../bicep/main.bicepparam', import.meta.url), 'utf8');
    const required = [...file.matchAll(/readEnvironmentVariable\('(\w+)'\)/g)].map(([, name]) => name);
    expect(required.sort()).toEqual(Object.keys(known).sort());
    const given = await answers({}, answering(...Object.values(known)));
    expect(given).toEqual(known);
  });

  it.each([
    [{ ...known, HETK_OPERATORS_OBJECT_ID: 'Operators' }, 'HETK_OPERATORS_OBJECT_ID'],
    [{ ...known, HETK_OPERATORS_EMAIL: 'nobody' }, 'HETK_OPERATORS_EMAIL'],
    [{ ...known, AZURE_LOCATION: 'westeurope' }, 'AZURE_LOCATION'],
    [{}, 'HETK_OPERATORS_GROUP'],
  ])('is told in one line with what to do when it does not fit or nobody answers', async (environment, name) => {
    const failure = await answers(environment, answering()).catch((error: unknown) => String(error));
    expect(failure).toMatch(new RegExp(`${name} is .*azd env set ${name}`));
    expect(failure).not.toContain('\n');
  });
});

describe('the outputs of a deployment', () => {
  it('are known by the names of the template, however Azure spells them', () => {
    expect(outputsOf('{"hetK_DATABASE":{"type":"String","value":"mssql:s/d"}}\n')).toEqual({
      HETK_DATABASE: 'mssql:s/d',
    });
    expect(outputsOf('null')).toEqual({});
    expect(outputsOf('')).toEqual({});
  });
});
