import { isLoopbackHost, type ListenAddress } from './listen-address.ts';

/** Keeps web pages out: by the Host that they think they talk to (DNS rebinding) and by the Origin they come from. */
export type WebFence = {
  /** Why a request is refused, or undefined. */
  readonly refusal: (host: string | undefined, origin: string | undefined) => string | undefined;
  readonly isAllowedOrigin: (origin: string) => boolean;
};

const HOST = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/;

export function createWebFence(address: ListenAddress, allowedOrigins: readonly string[]): WebFence {
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  const isAllowedOrigin = (origin: string): boolean => origins.has(origin.toLowerCase());
  return {
    isAllowedOrigin,
    refusal(host, origin) {
      if (address.isLoopback && !isOwnHost(host, address)) {
        return `Host ${JSON.stringify(host ?? '')} is not a name of this server, which listens on ${address.text} only.`;
      }
      if (origin !== undefined && !isAllowedOrigin(origin)) {
        return `Web pages of origin ${JSON.stringify(origin)} may not send here; allowedOrigins lists those that may.`;
      }
      return undefined;
    },
  };
}

function isOwnHost(host: string | undefined, address: ListenAddress): boolean {
  const match = HOST.exec((host ?? '').toLowerCase());
  const name = match?.[1] ?? match?.[2];
  return name !== undefined && (isLoopbackHost(name) || name === address.host.toLowerCase());
}
