import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { codes, readQuestion, writeAnswer } from './message.ts';

/** A name server on this machine that knows TXT records of its own zone and nothing else. */
export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Replaces the texts of a name; none takes the name away. */
  set(name: string, ...texts: string[]): void;
  /** From now on it refuses every question (`failing`), or gives no answer at all (`silent`). */
  behave(how: 'well' | 'failing' | 'silent'): void;
  /** Names it was asked for, in order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** @param port 0 for a free one */
export async function startDns(port = 0): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const zone = new Map<string, readonly string[]>();
  const asked: string[] = [];
  let manners: 'well' | 'failing' | 'silent' = 'well';

  socket.on('message', (message, from) => {
    const question = readQuestion(message);
    if (!question || manners === 'silent') return;
    asked.push(question.name);
    const texts = zone.get(question.name);
    const answer =
      manners === 'failing'
        ? writeAnswer(question, codes.serverFailure, [])
        : writeAnswer(question, texts ? codes.ok : codes.noSuchName, question.txt ? (texts ?? []) : []);
    socket.send(answer, from.port, from.address);
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');

  return {
    address: `127.0.0.1:${socket.address().port}`,
    set(name, ...texts) {
      if (texts.length > 0) zone.set(name.toLowerCase(), texts);
      else zone.delete(name.toLowerCase());
    },
    behave(how) {
      manners = how;
    },
    asked,
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
