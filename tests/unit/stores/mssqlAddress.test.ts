import { describe, expect, it } from '@jest/globals';
import { entraAddress, passwordAddress } from '../../../shared/stores/dialects/mssqlAddress.ts';

const credential = { getToken: async () => null };

describe('the address of a SQL Server', () => {
  it('in Azure is encrypted, certified and without a password', () => {
    expect(entraAddress('hetk.database.windows.net', 'hetk', credential)).toEqual({
      server: 'hetk.database.windows.net',
      database: 'hetk',
      authentication: { type: 'token-credential', options: { credential } },
      encrypt: true,
      trustServerCertificate: false,
    });
    expect(entraAddress('hetk.database.windows.net,1444', 'hetk', credential)).toMatchObject({ port: 1444 });
  });

  it('with a password is encrypted unless it says otherwise, and believes a certificate that nobody signed on this machine only', () => {
    expect(passwordAddress('mssql://sa:p%40ss%2Fword@localhost/tests')).toEqual({
      server: 'localhost',
      port: 1433,
      database: 'tests',
      authentication: { type: 'default', options: { userName: 'sa', password: 'p@ss/word' } },
      encrypt: true,
      trustServerCertificate: true,
    });
    expect(passwordAddress('mssql://sa:p@db.example.com:1444/tests?encrypt=false')).toMatchObject({
      port: 1444,
      encrypt: false,
      trustServerCertificate: false,
    });
  });

  it.each([
    'mssql://localhost/tests',
    'mssql://sa:hunter2@localhost',
    'mssql://sa:hunter2@localhost/t?encrypt=maybe',
    'postgres://sa:hunter2@localhost/t',
    'mssql://sa:hunter2@localhost:port/t',
  ])('that is %s is refused without telling the password', (address) => {
    expect(() => passwordAddress(address)).toThrow(RangeError);
    expect(() => passwordAddress(address)).not.toThrow('hunter2');
  });
});
