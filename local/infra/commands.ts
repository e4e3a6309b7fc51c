import { execFile } from 'node:child_process';

/** How a command ended: its exit status (undefined when it could not be started or was killed) and what it said. */
interface Ending {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a command to its end; does not throw when it fails. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(command, args, { env: environment, maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      const status = error ? error.code : 0;
      resolve({ status: typeof status === 'number' ? status : undefined, stdout, stderr });
    });
  });
}
