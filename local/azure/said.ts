import { runCommand } from '../infra/commands.ts';

/**
 * What a command prints.
 * @param environment by default that of this process
 * @throws Error, with the command and what it complained of
 */
export async function said(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, args, environment);
  if (status === undefined && !stderr) throw new Error(`${command} could not be started: is it installed?`);
  if (status !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
