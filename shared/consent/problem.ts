import type { Answer } from './answer.ts';

export interface ProblemLink {
  readonly href: string;
  readonly text: string;
}

interface Ways {
  /** Where a person can go from here; a page offers the start page where there are none. */
  readonly links?: readonly ProblemLink[];
  /** An address to send to somebody else. */
  readonly share?: string;
}

/** What a person cannot have, why, and what they can do. Thrown by handlers; answered as JSON by the API and as a page by sign-in. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Stable; programs compare it. */
  readonly code: string;
  /** What to do, as a sentence. */
  readonly action: string;
  readonly ways: Ways;

  /** @param title what is the matter, as a sentence */
  constructor(status: number, code: string, title: string, action: string, ways: Ways = {}) {
    super(title);
    this.status = status;
    this.code = code;
    this.action = action;
    this.ways = ways;
  }
}

/** RFC 9457, with `code` and `action` as its extensions. */
export function problemAnswer(problem: Problem): Answer {
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    json: { status: problem.status, code: problem.code, title: problem.message, action: problem.action },
  };
}

export const notFound = () =>
  new Problem(404, 'not-found', 'There is no such thing here.', 'Reload the page; it may have been removed.');

export const signedOut = () => new Problem(401, 'signed-out', 'You are not signed in.', 'Open the page and sign in.');

export const tooLarge = () => new Problem(413, 'too-large', 'The request is too large.', 'Send less than 16 KiB.');

export const unexpected = () =>
  new Problem(500, 'unexpected', 'Something went wrong on our side.', 'Try again in a minute.');
