import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TrueCall } from './answered-call.ts';
import { apiFor } from './apis.ts';
import { newId } from './new-id.ts';
import { sendAnswer, sendJson } from './send-answer.ts';

/** A local server that answers as the providers' APIs do, by script, and tells what it answered. */
export type StandIn = {
  /** `http://127.0.0.1:<port>`; every API is found beneath any path: `<url>/run/<name>/openai/v1`. */
  readonly url: string;
  /** Calls answered beneath `/run/<name>/`, in order. */
  readonly callsOf: (run: string) => readonly TrueCall[];
  readonly stop: () => Promise<void>;
};

const HTTP2_PREFACE = 'PRI';
const SLOW_PAUSE_MS = 50;

/**
 * Starts on loopback; port 0 takes a free one. Speaks HTTP/1.1 and HTTP/2 on one port, as Bedrock's client wants.
 * In a path, `/run/<name>` names the run, `/refuse-once` refuses each body's first attempt with 429,
 * `/slow` pauses between the pieces of a stream. `GET /run/<name>/truth` lists the calls.
 */
export async function startStandIn(port = 0): Promise<StandIn> {
  const calls: TrueCall[] = [];
  const refused = new Set<string>();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, calls, refused).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 400, { error: { type: 'invalid_request_error', message: error.message } });
    });
  };
  const http1 = createServer(handle);
  const http2 = createHttp2Server((request, response) =>
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  const sockets = new Set<Socket>();
  const door = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      const server = first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE ? http2 : http1;
      server.emit('connection', socket);
    });
  });
  door.listen(port, '127.0.0.1');
  await once(door, 'listening');
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    callsOf: (run) => callsOf(calls, run),
    async stop() {
      if (!door.listening) return;
      const closed = once(door, 'close');
      door.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  calls: TrueCall[],
  refused: Set<string>,
): Promise<void> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in');
  const run = /\/run\/([^/]+)/.exec(path)?.[1] ?? '';
  if (request.method === 'GET' && path.endsWith('/truth')) return sendJson(response, 200, callsOf(calls, run));
  const api = apiFor(path);
  if (request.method !== 'POST' || api === undefined)
    return refuse(response, 404, `No API at ${request.method} ${path}.`);
  const body = await json(request);
  if (path.includes('/refuse-once') && isFirstAttempt(refused, path, body)) {
    return refuse(response, 429, 'Rate limit reached for requests. Please try again.', { 'retry-after': '0' });
  }
  const answered = api.answer({ path, query, body });
  const call: TrueCall = { ...answered.call, run, completed: false };
  calls.push(call);
  response.on('finish', () => {
    call.completed = true;
  });
  const requestId = newId('req_');
  const headers = { 'x-request-id': requestId, 'request-id': requestId, 'x-amzn-requestid': requestId };
  await sendAnswer(response, answered.answer, path.includes('/slow') ? SLOW_PAUSE_MS : 0, headers);
}

function callsOf(calls: readonly TrueCall[], run: string): TrueCall[] {
  return calls.filter((call) => run === '' || call.run === run);
}

function isFirstAttempt(refused: Set<string>, path: string, body: unknown): boolean {
  const attempt = hash('sha256', path + JSON.stringify(body));
  if (refused.has(attempt)) return false;
  refused.add(attempt);
  return true;
}

/** In a shape that all the clients read: OpenAI's, Anthropic's, Google's and AWS's fields side by side. */
function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  const [type, awsType] =
    status === 429 ? ['rate_limit_error', 'ThrottlingException'] : ['not_found_error', 'ResourceNotFoundException'];
  const body = { type: 'error', message, error: { type, message, code: status, param: null } };
  sendJson(response, status, body, { 'x-amzn-errortype': awsType, ...headers });
}
