import { randomBytes } from 'node:crypto';

/** An id that no other response of any run has. */
export function newId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`;
}
