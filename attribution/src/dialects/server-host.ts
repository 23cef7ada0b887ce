import { hostOwner } from '@spanledger/schemas';
import { memoByName } from './memo-by-name.ts';

const MAX_HOST_LENGTH = 255;

/** Where a request went. */
type Server = { readonly host: string; readonly region: string };

/** Host of what an emitter writes into `server.address`, and the cloud region that the host names. */
export const serverOf = memoByName((address): Server => {
  const host = hostOf(address);
  return { host, region: hostOwner(host.toLowerCase())?.region ?? '' };
});

/** The host out of `server.address`, where some emitters write a whole URL or a port. */
export function hostOf(address: string): string {
  if (!address.includes('/')) return address.length <= MAX_HOST_LENGTH ? address : '';
  const withoutScheme = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const authority = withoutScheme.slice(0, Math.max(0, withoutScheme.search(/[/?#]|$/)));
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '');
  return host.length <= MAX_HOST_LENGTH ? host : '';
}
