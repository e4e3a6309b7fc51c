import { createHash } from 'node:crypto';

/** What happened, line by line: the same seed must tell the same story, byte for byte. */
export class Trace {
  private readonly hash = createHash('sha256');
  private readonly startAt: number;
  private readonly now: () => number;
  readonly lines: string[] = [];

  constructor(startAt: number, now: () => number) {
    this.startAt = startAt;
    this.now = now;
  }

  note(text: string): void {
    const line = `+${((this.now() - this.startAt) / 1000).toFixed(3)} ${text}`;
    this.hash.update(line);
    this.hash.update('\n');
    this.lines.push(line);
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }
}
