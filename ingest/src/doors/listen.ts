import type { Server } from 'node:net';
import { type ListenAddress, listenError } from './listen-address.ts';

/** Resolves with the port in use. Rejects with SPL_INGEST_ADDRESS_IN_USE or SPL_INGEST_LISTEN_FAILED. */
export function listenOn(server: Server, address: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(address, cause)));
    server.listen(address.port, address.host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port);
    });
  });
}
