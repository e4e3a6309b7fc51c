import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Whoever runs a command, at a terminal or not. */
export interface Operator {
  say(line: string): void;
  /** The answer without blanks around it; undefined where nobody can answer. */
  ask(question: string): Promise<string | undefined>;
  /** The same; what is typed does not show. */
  askSecret(question: string): Promise<string | undefined>;
}

export const terminal: Operator = {
  say: (line) => console.log(line),
  ask: (question) => answer(question, stdout),
  askSecret: (question) => answer(question, new Writable({ write: (_chunk, _encoding, done) => done() })),
};

async function answer(question: string, echo: NodeJS.WritableStream): Promise<string | undefined> {
  if (!stdin.isTTY) return undefined;
  const line = createInterface({ input: stdin, output: echo, terminal: true });
  if (echo !== stdout) stdout.write(question);
  try {
    return (await line.question(echo === stdout ? question : '')).trim() || undefined;
  } finally {
    line.close();
    if (echo !== stdout) stdout.write('\n');
  }
}
