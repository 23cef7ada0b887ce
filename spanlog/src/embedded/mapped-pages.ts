import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Logger } from 'pino';

export type MappedPages = { release(): void };

type Range = { readonly address: number; readonly length: number };

const LIBRARY = 'spanlog-libc';
const MADV_DONTNEED = 4;

/**
 * Gives back the pages of the store's file that reads have mapped. The kernel counts them as this process's
 * memory until it needs the room, so that a log of 10 GiB would in time look like 10 GiB of memory. They stay in
 * the page cache; a release takes about a millisecond. Linux only, elsewhere nothing happens.
 */
export function createMappedPages(options: { file: string; logger: Pick<Logger, 'warn'> }): MappedPages {
  const { file, logger } = options;
  let advise = process.platform === 'linux' ? openAdvise : undefined;
  let opened: ((range: Range) => void) | undefined;
  return {
    release() {
      if (advise === undefined) return;
      try {
        opened ??= advise();
        for (const range of mappedRanges(file)) opened(range);
      } catch (error) {
        advise = undefined;
        logger.warn({ err: error }, 'pages of the span log that were read count as memory until the system needs it');
      }
    },
  };
}

/**
 * Looked up each time: DONTNEED is harmless on a file's pages, but would destroy what else might lie at an address
 * that the file has left.
 */
function mappedRanges(file: string): Range[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(` ${file}`) && line.includes(' r--s '))
    .map((line) => {
      const [start = 0, end = 0] = (line.split(' ', 1)[0] ?? '').split('-').map((hex) => Number.parseInt(hex, 16));
      return { address: start, length: end - start };
    });
}

/** Loaded on first use only: where ffi-rs has no binary, the log works all the same. */
function openAdvise(): (range: Range) => void {
  const { DataType, load, open } = createRequire(import.meta.url)('ffi-rs') as typeof import('ffi-rs');
  open({ library: LIBRARY, path: '' });
  return ({ address, length }) => {
    const result = load({
      library: LIBRARY,
      funcName: 'madvise',
      retType: DataType.I32,
      paramsType: [DataType.U64, DataType.U64, DataType.I32],
      paramsValue: [address, length, MADV_DONTNEED],
    });
    if (result !== 0) throw new Error(`madvise returned ${result}`);
  };
}
