/** Version of the attribution rules; raised when the same spans would give other charges. */
export const RULES_VERSION = 1;

/** Raised by explicit re-rating only, so that its rows beat all that attribution wrote before. */
const EPOCH = 0;

/**
 * A row's revision: epoch (8 bits), rules version (16), highest log offset among the records that determined it (40).
 * A later fact beats an earlier one, and a replay, which goes through the same offsets, never beats what is there.
 */
export function revisionAt(offset: number): bigint {
  return (BigInt(EPOCH) << 56n) | (BigInt(RULES_VERSION) << 40n) | BigInt(offset);
}
