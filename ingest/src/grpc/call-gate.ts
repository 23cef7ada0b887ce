import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import type { OtlpServerOptions } from '../http/http-server.ts';
import { countIn } from '../receive/counters.ts';
import { encodeStatus } from '../receive/encode-answer.ts';
import { busy } from '../receive/in-flight.ts';
import { DRAINING, MISSING_KEY, REFUSALS, type Refusal, refusalOf } from '../receive/refusal.ts';
import type { Gate } from './http2-server.ts';

/** Set by the gate for the handler; what a client sends under these names is overwritten. */
export const GATE_HEADERS = { keyId: 'spanledger-key-id', compression: 'spanledger-compression' } as const;

/**
 * Checks Host, Origin and key of a call before a byte of its message is read, and counts the bytes that
 * arrive into the bound of bytes in flight until the call ends.
 */
export function createCallGate(options: OtlpServerOptions, isDraining: () => boolean): Gate {
  const { fence, keyring, limits, inFlight, counters } = options;

  function refusalFor(headers: IncomingHttpHeaders, keyId: string | undefined): Refusal | undefined {
    const refused = fence.refusal(headers[':authority'] ?? headers.host, headers.origin);
    if (refused !== undefined) return { kind: 'forbidden', message: refused };
    if (keyId === undefined) return MISSING_KEY;
    return isDraining() ? DRAINING : undefined;
  }

  function answer(stream: ServerHttp2Stream, refusal: Refusal): void {
    countIn(counters.requests, refusal.kind);
    stream.on('error', () => undefined);
    if (stream.destroyed || stream.headersSent) return;
    stream.respond(trailersOnly(refusal, limits.retryAfterSeconds), { endStream: true });
    stream.close(constants.NGHTTP2_NO_ERROR);
  }

  return (stream, headers) => {
    const keyId = keyring.identify(headers.authorization);
    const refusal = refusalFor(headers, keyId);
    if (refusal !== undefined) {
      answer(stream, refusal);
      return false;
    }
    headers[GATE_HEADERS.keyId] = keyId;
    takeOverGzip(headers);
    let reserved = 0;
    let isOver = false;
    stream.on('data', (chunk: Buffer) => {
      if (isOver) return;
      if (inFlight.reserve(chunk.length)) reserved += chunk.length;
      else {
        isOver = true;
        answer(stream, refusalOf(busy()));
      }
    });
    stream.once('close', () => inFlight.release(reserved));
    stream.setTimeout(limits.requestTimeoutMs, () => stream.close(constants.NGHTTP2_CANCEL));
    return true;
  };
}

/** grpc-js would decompress without a bound over all calls; so it is told that nothing is compressed, and the handler does it. */
function takeOverGzip(headers: IncomingHttpHeaders): void {
  if (headers['grpc-encoding'] === 'gzip') {
    headers['grpc-encoding'] = 'identity';
    headers[GATE_HEADERS.compression] = 'gzip';
  } else {
    delete headers[GATE_HEADERS.compression];
    // Its own inflate has no such bound either; OTLP asks for none and gzip only.
    if (headers['grpc-encoding'] === 'deflate') headers['grpc-encoding'] = 'deflate (use gzip)';
  }
}

function trailersOnly(refusal: Refusal, retryAfterSeconds: number) {
  return {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': REFUSALS[refusal.kind].grpc,
    'grpc-message': encodeURI(refusal.message),
    'grpc-status-details-bin': encodeStatus('protobuf', refusal, retryAfterSeconds).toString('base64'),
  };
}
