import type { IncomingMessage } from 'node:http';
import { gunzip, tooLarge } from '../receive/gunzip.ts';
import { busy, type InFlight } from '../receive/in-flight.ts';

export type BodyOptions = {
  readonly isGzip: boolean;
  readonly maxBytes: number;
  readonly inFlight: InFlight;
  /** Told of every reservation in `inFlight`; the caller releases their sum when the request is answered. */
  readonly onReserved: (bytes: number) => void;
};

/** The sender went away before its request was complete: nobody waits for an answer. */
export class AbortedRequest extends Error {}

/**
 * The whole body, decompressed. Rejects with SPL_INGEST_TOO_LARGE, SPL_INGEST_BUSY, SPL_INGEST_MALFORMED (gzip) or
 * AbortedRequest. What was not read of a refused body is thrown away as it arrives.
 */
export async function readBody(request: IncomingMessage, options: BodyOptions): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > options.maxBytes) throw tooLarge(options.maxBytes, 'as sent');
  const body = await collect(request, options);
  return options.isGzip ? gunzip(body, options) : body;
}

function collect(request: IncomingMessage, { maxBytes, inFlight, onReserved }: BodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const stop = (error: Error): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      request.resume();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      total += chunk.length;
      if (total > maxBytes) stop(tooLarge(maxBytes, 'as sent'));
      else if (!inFlight.reserve(chunk.length)) stop(busy());
      else {
        onReserved(chunk.length);
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      request.off('close', onClose);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, total));
    };
    const onClose = (): void => stop(new AbortedRequest('The connection was closed before the request was complete.'));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    request.on('error', () => undefined);
  });
}
