import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { CalDavServer } from './servers.ts';

/** One request that went through, and its answer. */
export interface Passed {
  readonly user: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Bytes of the bodies as they went over the wire, both ways. */
  readonly bytes: number;
  /** When it came, on the clock of `performance.now()`, and how long until the end of its answer, ms. */
  readonly began: number;
  readonly ms: number;
}

/** What is answered instead of asking the server; undefined lets the request through. */
export type Answered = { readonly status: number; readonly body?: string } | undefined;

type Intercept = (request: {
  user: string;
  method: string;
  path: string;
  body: string;
}) => Promise<Answered> | Answered;

/** One address with several CalDAV servers behind it, told apart by whose password comes; it counts and can interfere. */
export interface Relay {
  readonly url: string;
  /** What went through since the last call. */
  passed(): Passed[];
  /** From now on each request is shown first. */
  intercept(by: Intercept | undefined): void;
  stop(): Promise<void>;
}

export async function startRelay(servers: readonly CalDavServer[]): Promise<Relay> {
  const agent = new Agent({ keepAlive: true });
  const seen: Passed[] = [];
  let interfere: Intercept | undefined;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const began = performance.now();
    const { method = '', url: path = '', headers } = incoming;
    const sent = await bodyOf(incoming);
    const user = userIn(headers.authorization);
    const server =
      servers.find((each) => each.user === user) ?? servers.find(({ user: owner }) => path.includes(`/${owner}/`));
    const { status, received } = await (async () => {
      const instead = await interfere?.({ user, method, path, body: sent.toString() });
      if (instead || !server) return given(outgoing, instead ?? { status: 401 });
      return passedOn(agent, server, { method, path, headers, sent }, outgoing);
    })();
    seen.push({ user, method, path, status, bytes: sent.byteLength + received, began, ms: performance.now() - began });
  }

  const listener = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    passed: () => seen.splice(0),
    intercept: (by) => {
      interfere = by;
    },
    async stop() {
      listener.close();
      listener.closeAllConnections();
      agent.destroy();
    },
  };
}

interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly sent: Buffer;
}

async function passedOn(
  agent: Agent,
  { root }: CalDavServer,
  { method, path, headers, sent }: Outgoing,
  to: ServerResponse,
) {
  const forwarded = request(root + path, { agent, method, headers });
  forwarded.end(sent);
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  const body = await bodyOf(answer);
  const status = answer.statusCode ?? 502;
  to.writeHead(status, withoutHopByHop(answer.headers));
  to.end(body);
  return { status, received: body.byteLength };
}

/** The body is passed on whole, so its framing is ours to say. */
function withoutHopByHop({ connection: _, 'transfer-encoding': __, ...rest }: IncomingMessage['headers']) {
  return rest;
}

function given(to: ServerResponse, { status, body = '' }: NonNullable<Answered>) {
  to.writeHead(status, { 'content-type': 'application/xml; charset=utf-8' });
  to.end(body);
  return { status, received: Buffer.byteLength(body) };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function userIn(authorization: string | undefined): string {
  return (
    Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64')
      .toString()
      .split(':')[0] ?? ''
  );
}
