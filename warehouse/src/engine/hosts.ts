import { isIP, isIPv6 } from 'node:net';
import { warehouseError } from '../errors.ts';

export type SqlAddress = {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Further names by which clients reach the port, such as `host.docker.internal`. */
  readonly allowedHosts?: readonly string[];
  /** Allows an address that other machines reach; whoever reaches it can read the ledger. @default false */
  readonly insecure?: boolean;
};

/** Any address written in digits: DNS rebinding needs a name, so these are safe on an open port. */
const NUMERIC_HOSTS = ['[0-9.]+', '\\[[0-9a-fA-F:.]+\\]'];
const LOOPBACK_HOSTS = ['localhost', '127\\.0\\.0\\.1', '\\[::1\\]'];

/** Readers log in without a password, so an address that other machines reach must be asked for. */
export function refuseOpenAddress({ host, port, insecure }: SqlAddress): void {
  if (isLoopback(host) || insecure === true) return;
  throw warehouseError(
    'SPL_SQL_ADDRESS_OPEN',
    `SPANLEDGER_SQL_ADDRESS is ${host}:${port}, which other machines can reach, and readers need no password there. Use 127.0.0.1, or set sql.insecure to true when the network itself keeps strangers out.`,
  );
}

/** The regular expression that a request's Host header must match; everything else may be a page that rebound its name. */
export function hostPattern({ host, allowedHosts = [] }: SqlAddress): string {
  const names = [...LOOPBACK_HOSTS, ...(isLoopback(host) ? [] : NUMERIC_HOSTS), ...[host, ...allowedHosts].map(quoted)];
  return `^(${[...new Set(names)].join('|')})(:[0-9]+)?$`;
}

/** `host:port` as it stands in a URL. */
export function authority(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Where a local client connects when the server listens on every address. */
export function connectHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '::1';
  return host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function quoted(host: string): string {
  const text = isIPv6(host) ? `[${host}]` : host;
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
