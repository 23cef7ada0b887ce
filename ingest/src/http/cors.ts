import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebFence } from '../doors/web-fence.ts';

const PREFLIGHT_MAX_AGE_SECONDS = 600;
const STANDARD_HEADERS = 'content-type, content-encoding, authorization';
const HEADER_NAMES = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(?: *, *[A-Za-z0-9!#$%&'*+.^_`|~-]+)*$/;

/** Lets the page of an allowed origin read the answer. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, fence: WebFence): void {
  const origin = request.headers.origin;
  if (origin === undefined || !fence.isAllowedOrigin(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'Origin');
}

/** Answers a browser's question whether it may POST; its origin has been checked. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['access-control-request-headers'] ?? '';
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('access-control-allow-headers', HEADER_NAMES.test(asked) ? asked : STANDARD_HEADERS);
  response.setHeader('access-control-max-age', PREFLIGHT_MAX_AGE_SECONDS);
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204).end();
}
