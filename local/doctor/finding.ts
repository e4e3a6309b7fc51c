/** One thing that was looked at: all is well with it, or what is wrong and what to do. */
export interface Finding {
  /** A setting, or a part of an installation. */
  readonly of: string;
  readonly says: string;
  /** What to do; absent where nothing is to be done. */
  readonly remedy?: string;
}

export function well(of: string, says: string): Finding {
  return { of, says };
}

export function wrong(of: string, says: string, remedy: string): Finding {
  return { of, says, remedy };
}

/** One line. */
export function printed({ of, says, remedy }: Finding): string {
  const line = `${remedy ? '✗' : '✓'} ${of}: ${says}${remedy ? `. Do: ${remedy}` : ''}`;
  return line.replaceAll(/\s+/g, ' ');
}

/** What an error may say in a finding: services put more into a message than one line. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 300).replace(/\.$/, '');
}
