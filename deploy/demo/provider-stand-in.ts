import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendAnswer, sendJson } from './stand-in/http.ts';
import { type AnsweredCall, createModelEndpoint, type Latency, type ModelEndpoint } from './stand-in/model-endpoint.ts';
import { notFound } from './stand-in/refusals.ts';
import { searchPages } from './stand-in/search-api.ts';

export type ProviderStandInOptions = {
  /** Multiplies the latencies of 30 to 300 ms; 0 answers at once. @default 1 */
  readonly latencyScale?: number;
  /** Every n-th model request is refused with 429 and `retry-after: 1`; 0 refuses none. @default 0 */
  readonly refuseEvery?: number;
};

/** A local server that answers as OpenAI, Anthropic and a search API do, by script. */
export type ProviderStandIn = {
  readonly openAiUrl: string;
  readonly anthropicUrl: string;
  readonly searchUrl: string;
  /** Model requests answered so far, in order. */
  readonly calls: readonly AnsweredCall[];
  /** Model requests refused with 429 so far; the client libraries try them again. */
  readonly refusedCount: () => number;
  readonly stop: () => Promise<void>;
};

const LATENCY_MINIMUM_MS = 30;
const LATENCY_SPREAD_MS = 270;

/** Starts the stand-in on loopback, on a port that the operating system chooses. */
export async function startProviderStandIn(options: ProviderStandInOptions = {}): Promise<ProviderStandIn> {
  const { latencyScale = 1, refuseEvery = 0 } = options;
  const latencyMs: Latency = (size) => latencyScale * (LATENCY_MINIMUM_MS + ((size * 37) % LATENCY_SPREAD_MS));
  const models = createModelEndpoint(latencyMs, refuseEvery);
  const server = createServer((request, response) => {
    route(request, response, models, latencyMs).catch((error: Error) => refuseBroken(response, error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    openAiUrl: `${origin}/openai/v1`,
    anthropicUrl: `${origin}/anthropic`,
    searchUrl: `${origin}/search`,
    calls: models.calls,
    refusedCount: models.refusedCount,
    stop: () => stopServer(server),
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  models: ModelEndpoint,
  latencyMs: Latency,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  if (models.handles(request.method, pathname)) return models.answer(pathname, request, response);
  if (request.method !== 'GET' || pathname !== '/search') return notFound(request, response);
  const found = searchPages(searchParams.get('q') ?? '');
  await sendAnswer(response, { kind: 'json', body: found }, latencyMs(found.query.length), {});
}

function refuseBroken(response: ServerResponse, error: Error): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 400, { error: { message: error.message, type: 'invalid_request_error' } });
}

async function stopServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
