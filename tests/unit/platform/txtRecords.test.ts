import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DnsServer, startDns } from '../../../local/dns/dns.ts';
import { asDomain, domainOf } from '../../../shared/platform/domain.ts';
import { dnsTxtLookup } from '../../../shared/platform/txtRecords.ts';

describe('looking in DNS', () => {
  let server: DnsServer;
  beforeEach(async () => {
    server = await startDns();
  });
  afterEach(() => server.stop());

  it('finds the texts of a name, each whole however long it is', async () => {
    const long = `v=hetk1; policy=private; note=${'x'.repeat(400)}`;
    server.set('_hetk.work.example', long, 'another');
    const found = await dnsTxtLookup(server.address)('_hetk.Work.example');
    expect([...found].sort()).toEqual(['another', long]);
  });

  it('takes a name or a record that is not there for an answer', async () => {
    expect(await dnsTxtLookup(server.address)('_hetk.elsewhere.example')).toEqual([]);
    expect(server.asked).toEqual(['_hetk.elsewhere.example']);
  });

  it('takes a server that fails, or is not there, for no answer', async () => {
    server.set('_hetk.work.example', 'v=hetk1; policy=private');
    server.behave('failing');
    const failed = { name: 'TxtLookupFailed', code: 'ESERVFAIL' };
    await expect(dnsTxtLookup(server.address)('_hetk.work.example')).rejects.toMatchObject(failed);
    const gone = await startDns();
    await gone.stop();
    await expect(dnsTxtLookup(gone.address)('_hetk.work.example')).rejects.toMatchObject({ name: 'TxtLookupFailed' });
  });

  it('asks nobody in the world for names that exist nowhere', async () => {
    for (const name of ['_hetk.contoso.example', '_hetk.mail.example.com', '_hetk.x.invalid', '_hetk.y.test']) {
      expect(await dnsTxtLookup()(name)).toEqual([]);
    }
  });
});

describe('the domain of an address', () => {
  it.each([
    ['Ann@Work.Example', 'work.example'],
    ['"a@b"@work.example', 'work.example'],
    ['ann@bücher.example', 'xn--bcher-kva.example'],
    ['ann', ''],
    ['ann@localhost', ''],
    ['ann@127.0.0.1', ''],
    ['ann@[::1]', ''],
    ['ann@a..b', ''],
    ['ann@-a.example', ''],
    [`ann@${'a'.repeat(64)}.example`, ''],
  ])('of %s is %j', (email, domain) => {
    expect(domainOf(email)).toBe(domain);
  });

  it('is taken with a dot at its end, and not with a path', () => {
    expect(asDomain(' Work.example. ')).toBe('work.example');
    expect(asDomain('work.example/../x')).toBe('');
    expect(asDomain('https://work.example')).toBe('');
  });
});
