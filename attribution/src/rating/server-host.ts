const MAX_HOST_LENGTH = 255;
/** What emitters write where they know no host. */
const NO_HOSTS: ReadonlySet<string> = new Set(['', 'unknown', 'none', 'null', 'undefined', 'n/a']);

/** The host of a span's `server.address` in lower case, without scheme, path and port; '' where it names none. */
export function bareHost(address: string): string {
  if (address.length > MAX_HOST_LENGTH) return '';
  const host = address
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/s, '')
    .replace(/:\d+$/, '');
  return NO_HOSTS.has(host) ? '' : host;
}
