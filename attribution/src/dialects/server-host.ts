import { memoByName } from './memo-by-name.ts';

/** AWS and Google put the region into the host of their model endpoints. */
const REGION_IN_HOST = [
  /^bedrock(?:-[a-z-]+)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/,
  /^([a-z]+-[a-z]+\d)-aiplatform\.googleapis\.com$/,
] as const;
const MAX_HOST_LENGTH = 255;

/** Where a request went. */
type Server = { readonly host: string; readonly region: string };

/** Host and region of what an emitter writes into `server.address`. */
export const serverOf = memoByName((address): Server => {
  const host = hostOf(address);
  return { host, region: regionOfHost(host) };
});

/** The host out of `server.address`, where some emitters write a whole URL or a port. */
export function hostOf(address: string): string {
  if (!address.includes('/')) return address.length <= MAX_HOST_LENGTH ? address : '';
  const withoutScheme = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const authority = withoutScheme.slice(0, Math.max(0, withoutScheme.search(/[/?#]|$/)));
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '');
  return host.length <= MAX_HOST_LENGTH ? host : '';
}

/** The cloud region that a model endpoint's host names; '' when it names none. */
function regionOfHost(host: string): string {
  for (const pattern of REGION_IN_HOST) {
    const match = pattern.exec(host);
    if (match?.[1] !== undefined) return match[1];
  }
  return '';
}
