import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';

export interface Listener {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** Accepts nothing new, lets what is being answered finish. */
  stop(): Promise<void>;
}

/** Another program has the port. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Puts a fetch handler on a port of this machine only.
 * @param port 0 lets the system choose
 * @throws PortTaken
 */
export async function listen(
  fetch: (request: Request) => Promise<Response> | Response,
  port: number,
): Promise<Listener> {
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  server.listen(port, 'localhost');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new PortTaken(`Port ${port} is taken by another program: stop that one first.`);
  }
  const address = server.address();
  const found = typeof address === 'object' ? address?.port : port;
  return {
    url: `http://localhost:${found}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}
