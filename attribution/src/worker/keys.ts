import type { KeyLineage } from '../lineage/resolve-lineage.ts';

/** What attribution must know of an ingest key: whose data it brings, and what it pins. */
export type AttributionKey = {
  readonly id: string;
  readonly tenant: string;
  readonly team?: string;
  readonly project?: string;
};

export type KeyRing = {
  /** The tenant of a key's data; undefined for a key that the configuration does not name (any more). */
  tenantOf(keyId: string): string | undefined;
  lineageOf(keyId: string): KeyLineage;
};

const DEFAULT_TENANT = 'default';
const NOTHING_PINNED: KeyLineage = { team: '', project: '' };

/** Data that came without a key (loopback) belongs to the tenant `default`. */
export function createKeyRing(keys: readonly AttributionKey[]): KeyRing {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const lineages = new Map(keys.map((key) => [key.id, { team: key.team ?? '', project: key.project ?? '' }]));
  return {
    tenantOf: (keyId) => (keyId === '' ? DEFAULT_TENANT : byId.get(keyId)?.tenant),
    lineageOf: (keyId) => lineages.get(keyId) ?? NOTHING_PINNED,
  };
}
