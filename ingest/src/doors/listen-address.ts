import { isIP } from 'node:net';
import { ingestError } from '../errors.ts';

/** Where a port listens, and how its setting is called in messages. */
export type ListenAddress = {
  readonly host: string;
  readonly port: number;
  readonly text: string;
  readonly protocol: string;
  readonly setting: string;
  readonly isLoopback: boolean;
};

type Named = { readonly protocol: string; readonly setting: string };

const ADDRESS = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/;

/** Reads `host:port` or `[ipv6]:port`. Throws SPL_INGEST_BAD_OPTIONS. */
export function parseListenAddress(text: string, { protocol, setting }: Named): ListenAddress {
  const match = ADDRESS.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw ingestError('SPL_INGEST_BAD_OPTIONS', `${setting} must be host:port or [ipv6]:port, got "${text}".`);
  }
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '::' : host, port, text, protocol, setting, isLoopback: isLoopbackHost(host) };
}

/** Throws SPL_INGEST_INSECURE_ADDRESS for an address that other machines reach while nobody needs a key. */
export function refuseOpenDoor(
  address: ListenAddress,
  { hasKeys, insecure }: { hasKeys: boolean; insecure: boolean },
): void {
  if (address.isLoopback || hasKeys || insecure) return;
  throw ingestError(
    'SPL_INGEST_INSECURE_ADDRESS',
    `${address.protocol} would listen on ${address.text}, which other machines can reach, and no ingest keys are configured. ` +
      `Configure ingest keys, set ${address.setting} to a loopback address such as 127.0.0.1:${address.port}, or set ingest.insecure to true.`,
  );
}

/** What a failed listen means and what to do about it. */
export function listenError(address: ListenAddress, cause: NodeJS.ErrnoException) {
  if (cause.code === 'EADDRINUSE') {
    return ingestError(
      'SPL_INGEST_ADDRESS_IN_USE',
      `${address.protocol} cannot listen on ${address.text}: another process already does. ` +
        `Stop that process, or set ${address.setting} to a free address.`,
      cause,
    );
  }
  return ingestError(
    'SPL_INGEST_LISTEN_FAILED',
    `${address.protocol} cannot listen on ${address.text}: ${cause.message}. Set ${address.setting} to an address of this machine.`,
    cause,
  );
}

export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** How a bound port is written: `127.0.0.1:4317`, `[::1]:4317`. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
