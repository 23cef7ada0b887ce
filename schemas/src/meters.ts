/** What a meter counts, as FOCUS calls it: the unit of `consumed_quantity`. */
export type MeterUnit =
  | 'token'
  | 'request'
  | 'search'
  | 'call'
  | 'character'
  | 'second'
  | 'image'
  | 'page'
  | 'unit'
  | 'GiB-second'
  | 'GiB';

/** How a session's money is grouped: by what the meter pays for. */
export type MeterCategory = 'input' | 'cache' | 'output' | 'tool' | 'api' | 'compute' | 'other';

type MeterDefinition = { readonly unit: MeterUnit; readonly category: MeterCategory };

/**
 * Every meter that can be priced. Meters are mutually exclusive: a token counted under one of them
 * is counted under no other, so quantities can be summed. `unknown` marks a call without usage.
 */
export const METERS = {
  input: { unit: 'token', category: 'input' },
  cache_read: { unit: 'token', category: 'cache' },
  cache_write_5m: { unit: 'token', category: 'cache' },
  cache_write_30m: { unit: 'token', category: 'cache' },
  cache_write_1h: { unit: 'token', category: 'cache' },
  cache_write_12h: { unit: 'token', category: 'cache' },
  cache_write: { unit: 'token', category: 'cache' },
  output: { unit: 'token', category: 'output' },
  reasoning: { unit: 'token', category: 'output' },
  audio_input: { unit: 'token', category: 'input' },
  audio_output: { unit: 'token', category: 'output' },
  image_input: { unit: 'token', category: 'input' },
  image_output: { unit: 'token', category: 'output' },
  audio_cache_read: { unit: 'token', category: 'cache' },
  image_cache_read: { unit: 'token', category: 'cache' },
  video_input: { unit: 'token', category: 'input' },
  video_output: { unit: 'token', category: 'output' },
  citation: { unit: 'token', category: 'output' },
  web_search: { unit: 'search', category: 'tool' },
  web_fetch: { unit: 'request', category: 'tool' },
  code_execution: { unit: 'request', category: 'tool' },
  file_search: { unit: 'search', category: 'tool' },
  rerank_unit: { unit: 'unit', category: 'other' },
  character: { unit: 'character', category: 'other' },
  second: { unit: 'second', category: 'other' },
  image: { unit: 'image', category: 'output' },
  page: { unit: 'page', category: 'other' },
  annotated_page: { unit: 'page', category: 'other' },
  message: { unit: 'unit', category: 'other' },
  request: { unit: 'request', category: 'other' },
  api_call: { unit: 'call', category: 'api' },
  gpu_second: { unit: 'second', category: 'compute' },
  cpu_second: { unit: 'second', category: 'compute' },
  memory_gib_second: { unit: 'GiB-second', category: 'compute' },
  network_gib: { unit: 'GiB', category: 'compute' },
  unknown: { unit: 'request', category: 'other' },
} as const satisfies Record<string, MeterDefinition>;

export type Meter = keyof typeof METERS;

/** Quantities above this are no usage but a mistake of the emitter's. */
export const MAX_QUANTITY = 1_000_000_000_000_000;
