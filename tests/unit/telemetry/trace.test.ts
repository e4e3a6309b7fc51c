import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const program = fileURLToPath(new URL('../../fixtures/trace/oneChange.ts', import.meta.url));
const told = z.object({
  spans: z.array(
    z.object({
      name: z.string(),
      trace: z.string(),
      id: z.string(),
      parent: z.string().optional(),
      attributes: z.record(z.string(), z.unknown()),
    }),
  ),
  figures: z.string(),
});

describe('one change, from the notification to its copy', () => {
  let spans: z.infer<typeof told>['spans'];
  let figures: string;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    ({ spans, figures } = told.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')));
  });

  it('is one trace: the notification, over the queue, the pull, and in it the read and the write', () => {
    const write = spans.find(({ name }) => name === 'POST localhost');
    const pull = spans.find(({ id }) => id === write?.parent);
    expect(pull).toMatchObject({ name: 'changes pull', trace: write?.trace });
    const calls = spans.filter(({ parent }) => parent === pull?.id).map(({ name }) => name);
    expect(calls).toEqual(['GET localhost', 'POST localhost']);
    const notification = spans.find(({ id }) => id === pull?.parent);
    expect(notification).toMatchObject({ name: 'notification graph', trace: write?.trace });
    expect(notification?.parent).toBeUndefined();
  });

  it('leaves nothing of the event, of its people or of addresses within a service in any span', () => {
    const allowed = [
      'hetk.kind',
      'http.request.method',
      'http.response.status_code',
      'messaging.destination.name',
      'server.address',
    ];
    expect(spans.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => !allowed.includes(key))).toEqual(
      [],
    );
    expect(JSON.stringify([spans, figures])).not.toMatch(/secret|@|calendars?\/|events/i);
  });

  it('counts in the figures of the local world', () => {
    const value = (line: RegExp) => Number(line.exec(figures)?.[1]);
    expect(value(/^hetk_writes_total\{kind="created",.*\} (\d+)$/m)).toBe(1);
    expect(value(/^hetk_propagation_count\{.*\} (\d+)$/m)).toBe(1);
    expect(value(/^hetk_rounds_total\{full="true",.*\} (\d+)$/m)).toBe(1);
    expect(value(/^hetk_work_count\{queue="changes",kind="pull",.*\} (\d+)$/m)).toBeGreaterThan(0);
  });
});
