/** A checked `host:port` of the settings in parts; an empty host means every address. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '::' : host, port: Number(address.slice(colon + 1)) };
}

/** Where a client on this machine connects when a server listens on every address. */
export function connectableAddress(address: string): string {
  const { host, port } = splitAddress(address);
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return reachable.includes(':') ? `[${reachable}]:${port}` : `${reachable}:${port}`;
}
