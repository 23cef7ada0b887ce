import { hash, timingSafeEqual } from 'node:crypto';
import { ingestError } from '../errors.ts';

/** An ingest key as configured: its hash, never the key, and what it stands for. */
export type IngestKey = {
  /** Names the key in log records and messages. */
  readonly id: string;
  /** SHA-256 of the key, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly tenant: string;
  readonly team?: string;
  readonly project?: string;
};

export type Keyring = {
  readonly isEmpty: boolean;
  /** Id of the key in an `authorization: Bearer <key>` header; '' when no keys exist; undefined when it is missing or wrong. */
  readonly identify: (authorization: string | undefined) => string | undefined;
};

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;
const BEARER = /^Bearer +(\S+) *$/i;

/** Throws SPL_INGEST_BAD_OPTIONS for keys that are not well formed or not unique. */
export function createKeyring(keys: readonly IngestKey[]): Keyring {
  checkKeys(keys);
  const stored = keys.map((key) => ({ id: key.id, digest: Buffer.from(key.sha256, 'hex') }));
  return {
    isEmpty: keys.length === 0,
    identify(authorization) {
      if (stored.length === 0) return '';
      const presented = BEARER.exec(authorization ?? '')?.[1];
      if (presented === undefined) return undefined;
      const digest = hash('sha256', presented, 'buffer');
      let found: string | undefined;
      // Every key is compared, so that the time taken does not tell which one came close.
      for (const key of stored) if (timingSafeEqual(key.digest, digest)) found = key.id;
      return found;
    },
  };
}

function checkKeys(keys: readonly IngestKey[]): void {
  const ids = new Set<string>();
  for (const [index, key] of keys.entries()) {
    const where = `keys[${index}]`;
    if (!ID.test(key.id)) throw bad(`${where}.id must be 1 to 64 of A-Z a-z 0-9 . _ -, got ${JSON.stringify(key.id)}.`);
    if (!SHA256_HEX.test(key.sha256)) {
      throw bad(`${where}.sha256 (key "${key.id}") must be the key's SHA-256 as 64 hexadecimal digits.`);
    }
    if (key.tenant === '') throw bad(`${where}.tenant (key "${key.id}") must not be empty.`);
    if (ids.has(key.id)) throw bad(`${where}.id "${key.id}" is used twice; ids must be unique.`);
    ids.add(key.id);
  }
}

function bad(message: string) {
  return ingestError('SPL_INGEST_BAD_OPTIONS', message);
}
