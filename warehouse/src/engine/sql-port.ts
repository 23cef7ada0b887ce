import { createServer } from 'node:net';
import { warehouseError } from '../errors.ts';
import { authority, type SqlAddress } from './hosts.ts';

/**
 * The port to listen on: the one asked for, or for 0 one that is free now.
 * Throws SPL_SQL_ADDRESS_TAKEN before the engine would end over it.
 */
export async function findSqlPort({ host, port }: SqlAddress): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen({ host, port, exclusive: true }, () => {
    const address = server.address();
    const found = typeof address === 'object' && address !== null ? address.port : port;
    server.close(() => resolve(found));
  });
  try {
    return await promise;
  } catch (cause) {
    throw addressError(host, port, cause);
  }
}

export function addressError(host: string, port: number, cause: unknown): Error {
  const why = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another program listens there' : String(cause);
  return warehouseError(
    'SPL_SQL_ADDRESS_TAKEN',
    `The SQL address ${authority(host, port)} cannot be used: ${why}. Stop that program (perhaps another Spanledger or a ClickHouse), or choose another address with SPANLEDGER_SQL_ADDRESS, such as 127.0.0.1:8124.`,
    cause,
  );
}
