export { createIngest, type Ingest } from './create-ingest.ts';
export type { IngestKey } from './doors/keyring.ts';
export { INGEST_ERRORS } from './errors.ts';
export { type Clock, DEFAULT_LIMITS, type IngestLimits, type IngestOptions } from './options.ts';
export type { IngestCounters } from './receive/counters.ts';
