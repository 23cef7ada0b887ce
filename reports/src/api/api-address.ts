import { isIP } from 'node:net';
import { reportError } from '../errors.ts';

export type ApiAddress = {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Further names by which clients reach the port. */
  readonly allowedHosts?: readonly string[];
  /** Allows an address that other machines reach; whoever reaches it reads every cost. @default false */
  readonly insecure?: boolean;
};

/** Throws SPL_API_ADDRESS_OPEN for an address that other machines reach, unless it was asked for. */
export function refuseOpenApi({ host, port, insecure }: ApiAddress): void {
  if (isLoopback(host) || insecure === true) return;
  throw reportError(
    'SPL_API_ADDRESS_OPEN',
    `SPANLEDGER_API_ADDRESS is ${formatHostPort(host, port)}, which other machines can reach, and the API asks for no key. Use 127.0.0.1, or set "insecure: true" beneath "api:" when the network itself keeps strangers out.`,
  );
}

export function listenFailure({ host, port }: ApiAddress, cause: unknown): Error {
  const where = formatHostPort(host, port);
  if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return reportError(
      'SPL_API_ADDRESS_IN_USE',
      `The HTTP API cannot listen on ${where}: another process already does. Stop that process, or set SPANLEDGER_API_ADDRESS to a free address, such as 127.0.0.1:8081.`,
      cause,
    );
  }
  return reportError(
    'SPL_API_LISTEN_FAILED',
    `The HTTP API cannot listen on ${where}: ${(cause as Error).message}. Set SPANLEDGER_API_ADDRESS to an address of this machine.`,
    cause,
  );
}

/**
 * Whether a request's Host header names this server. A web page that rebinds its own name to this address comes with that
 * name, so names are listed; numbers cannot be rebound and are fine where the address is open anyway.
 */
export function isOwnHost(header: string | undefined, { host, allowedHosts = [] }: ApiAddress): boolean {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec((header ?? '').toLowerCase());
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return false;
  if (isLoopback(name) || [host, ...allowedHosts].some((own) => own.toLowerCase() === name)) return true;
  return !isLoopback(host) && isIP(name) !== 0;
}

export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
