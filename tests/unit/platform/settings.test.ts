import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingError } from '../../../shared/platform/settings.ts';

const good = {
  HETK_PUBLIC_URL: 'http://localhost:7071/',
  HETK_DATABASE: 'sqlite:hetk.sqlite',
  HETK_KEYS: 'file:keys.json',
  HETK_STORAGE: 'UseDevelopmentStorage=true',
};

function complaint(environment: Record<string, string | undefined>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  return 'none';
}

describe('settings', () => {
  it('have defaults for all that can have one', () => {
    expect(readSettings(good)).toMatchObject({
      HETK_PUBLIC_URL: 'http://localhost:7071',
      HETK_GRAPH_ROOT: 'https://graph.microsoft.com',
      HETK_WINDOW_PAST_DAYS: 92,
    });
  });

  it.each(Object.keys(good))('stop the start when %s is missing, in one line that names it', (name) => {
    const line = complaint({ ...good, [name]: undefined });
    expect(line).toMatch(new RegExp(`^${name} is missing: .*Example: ${name}=`));
    expect(line).not.toContain('\n');
  });

  it.each([
    ['HETK_PUBLIC_URL', 'http://hetk.example.com'],
    ['HETK_PUBLIC_URL', 'hetk'],
    ['HETK_GRAPH_ROOT', 'http://10.0.0.5:80'],
    ['HETK_GRAPH_ROOT', 'http://localhost.evil.example'],
    ['HETK_DATABASE', 'postgres://x'],
    ['HETK_DATABASE', 'mssql://server/without-a-user'],
    ['HETK_WINDOW_PAST_DAYS', '-1'],
    ['HETK_WINDOW_PAST_DAYS', '9999'],
    ['HETK_POLL_SECONDS', '1e3'],
    ['HETK_KEYS', 'vault:http://x'],
  ])('stop the start when %s is %s', (name, value) => {
    expect(complaint({ ...good, [name]: value })).toMatch(new RegExp(`^${name} `));
  });
});
