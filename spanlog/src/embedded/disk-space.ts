import { statfsSync } from 'node:fs';
import { spanLogError } from '../errors.ts';

export type DiskSpace = {
  /** Throws SPL_LOG_DISK_FULL when writing `bytes` would leave less than the reserve. */
  check(bytes: number): void;
  /** Whether there is, right now, less room than `bytes` and the reserve. */
  isShortOf(bytes: number): boolean;
};

export type FileSystemSize = { readonly freeBytes: number; readonly totalBytes: number };

const DEFAULT_RESERVE_BYTES = 256 * 2 ** 20;
const DEFAULT_RESERVE_SHARE = 0.01;
/** How stale a reading may be: whichever of the two comes first. */
const READING_LASTS_MS = 100;
const READING_LASTS_BYTES = 16 * 2 ** 20;

/** Keeps `reserveBytes` of the file system free; by default 256 MiB, or 1 % of it where that is less. */
export function createDiskSpace(options: {
  directory: string;
  reserveBytes: number | undefined;
  clock: () => number;
  read?: (directory: string) => FileSystemSize;
}): DiskSpace {
  const { directory, clock, read = readFileSystem } = options;
  let reading: (FileSystemSize & { readonly atMs: number }) | undefined;
  let writtenSinceBytes = 0;

  const refresh = () => {
    reading = { ...read(directory), atMs: clock() };
    writtenSinceBytes = 0;
    return reading;
  };
  const current = () => {
    if (reading === undefined || writtenSinceBytes > READING_LASTS_BYTES) return refresh();
    const ageMs = clock() - reading.atMs;
    return ageMs < 0 || ageMs > READING_LASTS_MS ? refresh() : reading;
  };
  const reserveOf = (size: FileSystemSize) =>
    options.reserveBytes ?? Math.min(DEFAULT_RESERVE_BYTES, size.totalBytes * DEFAULT_RESERVE_SHARE);

  return {
    check(bytes) {
      const size = current();
      const reserve = reserveOf(size);
      if (size.freeBytes - writtenSinceBytes - bytes >= reserve) {
        writtenSinceBytes += bytes;
        return;
      }
      throw spanLogError(
        'SPL_LOG_DISK_FULL',
        `The disk of ${directory} has ${size.freeBytes} bytes free; the span log needs ${bytes} and leaves ${Math.ceil(reserve)}: free some space.`,
      );
    },
    isShortOf(bytes) {
      const size = refresh();
      return size.freeBytes - bytes < reserveOf(size);
    },
  };
}

function readFileSystem(directory: string): FileSystemSize {
  const stats = statfsSync(directory);
  return { freeBytes: stats.bavail * stats.bsize, totalBytes: stats.blocks * stats.bsize };
}
