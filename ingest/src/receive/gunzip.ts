import { createGunzip } from 'node:zlib';
import { ingestError } from '../errors.ts';
import { busy, type InFlight } from './in-flight.ts';

export type GunzipOptions = {
  readonly maxBytes: number;
  readonly inFlight: InFlight;
  /** Told of every piece of output that was reserved in `inFlight`, which the caller releases. */
  readonly onReserved: (bytes: number) => void;
};

const CHUNK_BYTES = 64 * 1024;

/**
 * Decompresses gzip and stops at the limit: a zip bomb costs no more memory than `maxBytes`.
 * Rejects with SPL_INGEST_TOO_LARGE, SPL_INGEST_BUSY, or SPL_INGEST_MALFORMED for broken gzip.
 */
export function gunzip(compressed: Uint8Array, { maxBytes, inFlight, onReserved }: GunzipOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = createGunzip({ chunkSize: CHUNK_BYTES });
    const chunks: Buffer[] = [];
    let total = 0;
    const fail = (error: Error): void => {
      stream.destroy();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (total > maxBytes) fail(tooLarge(maxBytes, 'after decompression'));
      else if (!inFlight.reserve(chunk.length)) fail(busy());
      else {
        onReserved(chunk.length);
        chunks.push(chunk);
      }
    });
    stream.on('error', (cause) => reject(brokenGzip(cause)));
    stream.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    stream.end(compressed);
  });
}

export function tooLarge(maxBytes: number, when: string) {
  return ingestError('SPL_INGEST_TOO_LARGE', `The request exceeds ${maxBytes} bytes ${when}. Send smaller batches.`);
}

function brokenGzip(cause: Error) {
  return ingestError('SPL_INGEST_MALFORMED', `The body is not valid gzip: ${cause.message}.`, cause);
}
