import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { warehouseError } from '../errors.ts';

/** The layout of the data folder. Raised when a product can no longer be used by the one before it. */
const DATA_FORMAT = 1;

const FORMAT_FILE = 'format.json';

/** What a new folder may hold already: our lock, and what mounting a volume or keeping it in git leaves there. */
const NEUTRAL_ENTRIES = new Set(['lock', 'lost+found', '.gitkeep', '.gitignore', '.DS_Store']);

export type DataFormat = { readonly format: number; readonly createdBy: string; readonly createdAt: string };

/**
 * Reads the folder's format, or writes it into an empty one.
 * Refuses a newer format, and a folder that holds something else.
 */
export function claimFormat(folder: string, product: string, now: Date): DataFormat {
  const text = readIfThere(join(folder, FORMAT_FILE));
  if (text !== undefined) return checkFormat(folder, text);
  refuseForeign(folder);
  const format: DataFormat = { format: DATA_FORMAT, createdBy: product, createdAt: now.toISOString() };
  writeWhole(join(folder, FORMAT_FILE), format);
  return format;
}

/** Writes a JSON file so that a reader, or a crash, sees all of it or nothing. */
export function writeWhole(path: string, value: unknown): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checkFormat(folder: string, text: string): DataFormat {
  const found = parse(text);
  if (found === undefined) {
    throw warehouseError(
      'SPL_DATA_FOLDER_UNUSABLE',
      `${join(folder, FORMAT_FILE)} is not readable: expected JSON with a number "format", found ${JSON.stringify(text.slice(0, 80))}. Restore the file from a backup.`,
    );
  }
  if (found.format > DATA_FORMAT) {
    throw warehouseError(
      'SPL_DATA_FOLDER_NEWER',
      `The data folder ${folder} has format ${found.format} (created by ${found.createdBy}); this product reads up to format ${DATA_FORMAT}. Use the newer product, or another folder with SPANLEDGER_DATA_DIR.`,
    );
  }
  return found;
}

function parse(text: string): DataFormat | undefined {
  try {
    const value = JSON.parse(text) as Partial<DataFormat>;
    if (!Number.isSafeInteger(value.format)) return undefined;
    return { format: Number(value.format), createdBy: String(value.createdBy), createdAt: String(value.createdAt) };
  } catch {
    return undefined;
  }
}

function refuseForeign(folder: string): void {
  const foreign = readdirSync(folder).filter((entry) => !NEUTRAL_ENTRIES.has(entry));
  const [first] = foreign;
  if (first === undefined) return;
  throw warehouseError(
    'SPL_DATA_FOLDER_FOREIGN',
    `The folder ${folder} holds ${foreign.length} entries (such as ${JSON.stringify(first)}), but no ${FORMAT_FILE}: it is no data folder. Choose an empty or new folder with SPANLEDGER_DATA_DIR.`,
  );
}
