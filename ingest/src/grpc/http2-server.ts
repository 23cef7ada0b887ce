import http2, { type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

/** Decides on a call before grpc-js sees it. False means that the gate has answered. */
export type Gate = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

/** Bytes that one stream may send ahead. grpc-js leaves HTTP/2's 64 KB, which halves its throughput. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 64 * 1024 * 1024;
const MAX_FRAME_BYTES = 1024 * 1024;

/**
 * Runs `create`, in which grpc-js makes its HTTP/2 server, so that this server gets large windows and the gate. grpc-js has no
 * option for either (1.14), and its own server is private; so `http2.createServer` is replaced for the length of this call,
 * which is synchronous.
 */
export function withGatedHttp2<Result>(gate: Gate, create: () => Result): Result {
  const original = http2.createServer;
  http2.createServer = ((options: http2.ServerOptions) => gatedServer(original, options, gate)) as typeof original;
  try {
    return create();
  } finally {
    http2.createServer = original;
  }
}

function gatedServer(createServer: typeof http2.createServer, options: http2.ServerOptions, gate: Gate): Http2Server {
  const server = createServer({
    ...options,
    settings: { ...options.settings, initialWindowSize: STREAM_WINDOW_BYTES, maxFrameSize: MAX_FRAME_BYTES },
  });
  server.on('session', (session) => session.setLocalWindowSize(SESSION_WINDOW_BYTES));
  const on = server.on.bind(server);
  server.on = ((event: string, listener: (...values: unknown[]) => void) =>
    on(event, event === 'stream' ? gated(gate, listener) : listener)) as typeof server.on;
  return server;
}

function gated(gate: Gate, listener: (...values: unknown[]) => void): (...values: unknown[]) => void {
  return (stream, headers, ...rest) => {
    if (gate(stream as ServerHttp2Stream, headers as IncomingHttpHeaders)) listener(stream, headers, ...rest);
  };
}
