const SMALLEST_BYTES = 64 * 1024;
const LARGEST_KEPT_BYTES = 4 * 1024 * 1024;
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

export type PooledBuffer = {
  readonly bytes: Buffer;
  /** Gives the memory back. Nobody may read `bytes` after that; without it the memory goes the usual way. */
  readonly release: () => void;
};

/**
 * Output buffers that are used again: fresh memory for every request costs more than the copy into it, in page faults
 * and in garbage collection.
 */
export function createBufferPool() {
  const free = new Map<number, Buffer[]>();
  let keptBytes = 0;
  return {
    /** A buffer of exactly `length` bytes with undefined content. */
    take(length: number): PooledBuffer {
      const size = sizeClass(length);
      const reused = free.get(size)?.pop();
      if (reused !== undefined) keptBytes -= size;
      const whole = reused ?? Buffer.allocUnsafeSlow(size);
      let isReleased = false;
      return {
        bytes: whole.subarray(0, length),
        release() {
          if (isReleased || size > LARGEST_KEPT_BYTES || keptBytes + size > MAX_KEPT_BYTES) return;
          isReleased = true;
          keptBytes += size;
          const sameSize = free.get(size);
          if (sameSize === undefined) free.set(size, [whole]);
          else sameSize.push(whole);
        },
      };
    },
  };
}

/** Powers of two; what is too large to be kept is taken as it is. */
function sizeClass(length: number): number {
  if (length > LARGEST_KEPT_BYTES) return length;
  let size = SMALLEST_BYTES;
  while (size < length) size *= 2;
  return size;
}
