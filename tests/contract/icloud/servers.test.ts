import { afterAll, beforeAll } from '@jest/globals';
import { describeWith } from '../../need.ts';
import { type CalDavServer, emptied, startRadicale, startXandikos } from './servers.ts';
import { contract } from './suite.ts';
import { serverWorld } from './worlds.ts';

function against(start: () => Promise<CalDavServer>): void {
  let server: CalDavServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  contract(async () => serverWorld(await emptied(server)));
}

describeWith('radicale', 'radicale', 'Radicale', () => against(startRadicale));
describeWith('xandikos', 'xandikos', 'Xandikos', () => against(startXandikos));
