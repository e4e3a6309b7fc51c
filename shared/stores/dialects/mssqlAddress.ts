import type { TokenCredential } from '@azure/identity';
import type { ConnectionConfiguration } from 'tedious';

/** Where a SQL Server is and who we are there. */
export interface MssqlAddress {
  readonly server: string;
  readonly port?: number;
  readonly database: string;
  readonly authentication: NonNullable<ConnectionConfiguration['authentication']>;
  readonly encrypt: boolean;
  /** Only for a server on this machine, whose certificate nobody signed. */
  readonly trustServerCertificate: boolean;
}

/** Entra sign-in with one credential for all connections: each kind of its own would fetch its own tokens. */
export function entraAddress(server: string, database: string, credential: TokenCredential): MssqlAddress {
  const [, host = server, port] = /^(.+?)[,:](\d+)$/.exec(server) ?? [];
  return {
    server: host,
    ...(port && { port: Number(port) }),
    database,
    authentication: { type: 'token-credential', options: { credential } },
    encrypt: true,
    trustServerCertificate: false,
  };
}

/**
 * A server that knows no Entra, as tests and single machines have it.
 * @param address `mssql://user:password@host:port/database?encrypt=true|false`; port 1433 and encryption unless it says otherwise
 * @throws RangeError, which never holds the password
 */
export function passwordAddress(address: string): MssqlAddress {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '');
  const encrypt = url?.searchParams.get('encrypt') ?? 'true';
  if (url?.protocol !== 'mssql:' || !url.username || !database || !/^(true|false)$/.test(encrypt))
    throw new RangeError(
      'A SQL Server with a password is mssql://user:password@host:port/database?encrypt=true|false.',
    );
  return {
    server: url.hostname,
    port: Number(url.port || 1433),
    database,
    authentication: {
      type: 'default',
      options: { userName: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
    },
    encrypt: encrypt === 'true',
    trustServerCertificate: /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(url.hostname),
  };
}
