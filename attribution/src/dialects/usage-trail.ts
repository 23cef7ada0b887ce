import type { UsageField } from './usage-totals.ts';

/**
 * From where the quantities of one usage were read, in the order of reading. Emitters write the same keys on span after
 * span, so trails are nodes of a tree that is walked, not lists that are made: the text of each is written once.
 */

/** Where a quantity stands: a key of the span, or a path in its JSON. One object for each, made when modules load. */
export type UsagePlace = { readonly field: UsageField | 'origin'; readonly text: string };

/** What was subtracted from the totals to make meters that do not overlap; bits, to be combined. */
export const SUBTRACTED = {
  cacheFromInput: 1,
  modalitiesFromInput: 2,
  modalitiesFromCacheRead: 4,
  reasoningFromOutput: 8,
  modalitiesFromOutput: 16,
  readsFromInput: 32,
} as const;

/** Trails remembered; real emitters make some dozens. Beyond this all are forgotten and written again. */
const MAX_TRAILS = 4096;

export class UsageTrail {
  readonly #places: readonly UsagePlace[];
  readonly #next = new Map<UsagePlace, UsageTrail>();
  readonly #texts: (string | undefined)[] = [];

  constructor(places: readonly UsagePlace[]) {
    this.#places = places;
  }

  /** The trail with one place more. */
  with(place: UsagePlace): UsageTrail {
    let next = this.#next.get(place);
    if (next === undefined) {
      next = new UsageTrail([...this.#places, place]);
      this.#next.set(place, next);
      trailCount += 1;
      if (trailCount > MAX_TRAILS) startAfresh();
    }
    return next;
  }

  /** `input=gen_ai.usage.input_tokens-cache_read; cache_read=...`, with what was subtracted (bits of `SUBTRACTED`). */
  text(subtracted: number): string {
    let text = this.#texts[subtracted];
    if (text === undefined) {
      text = textOf(this.#places, subtracted);
      this.#texts[subtracted] = text;
    }
    return text;
  }
}

let start = new UsageTrail([]);
let trailCount = 0;

/** The trail of a usage of which nothing was read yet. */
export function startOfTrail(): UsageTrail {
  return start;
}

function startAfresh(): void {
  start = new UsageTrail([]);
  trailCount = 0;
}

/** Meters as the ledger calls them, in the order in which they are shown. */
const SHOWN: readonly (readonly [UsageField, string])[] = [
  ['input', 'input'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite', 'cache_write'],
  ['cacheWrite5m', 'cache_write_5m'],
  ['cacheWrite30m', 'cache_write_30m'],
  ['cacheWrite1h', 'cache_write_1h'],
  ['cacheWrite12h', 'cache_write_12h'],
  ['audioInput', 'audio_input'],
  ['imageInput', 'image_input'],
  ['videoInput', 'video_input'],
  ['audioCacheRead', 'audio_cache_read'],
  ['imageCacheRead', 'image_cache_read'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
  ['audioOutput', 'audio_output'],
  ['imageOutput', 'image_output'],
  ['videoOutput', 'video_output'],
  ['citation', 'citation'],
  ['webSearch', 'web_search'],
  ['webFetch', 'web_fetch'],
  ['codeExecution', 'code_execution'],
  ['fileSearch', 'file_search'],
  ['rerankUnit', 'rerank_unit'],
  ['character', 'character'],
  ['second', 'second'],
  ['image', 'image'],
  ['page', 'page'],
  ['request', 'request'],
];

const WRITES_BY_LIFETIME: readonly UsageField[] = ['cacheWrite5m', 'cacheWrite30m', 'cacheWrite1h', 'cacheWrite12h'];

/** What each bit takes from which total. */
const PARTS: readonly (readonly [bit: number, from: UsageField, parts: readonly UsageField[]])[] = [
  [SUBTRACTED.cacheFromInput, 'input', ['cacheRead', 'cacheWrite', ...WRITES_BY_LIFETIME]],
  [SUBTRACTED.readsFromInput, 'input', ['cacheRead']],
  [SUBTRACTED.modalitiesFromInput, 'input', ['audioInput', 'imageInput', 'videoInput']],
  [SUBTRACTED.modalitiesFromCacheRead, 'cacheRead', ['audioCacheRead', 'imageCacheRead']],
  [SUBTRACTED.reasoningFromOutput, 'output', ['reasoning']],
  [SUBTRACTED.modalitiesFromOutput, 'output', ['audioOutput', 'imageOutput', 'videoOutput']],
];

function textOf(places: readonly UsagePlace[], subtracted: number): string {
  const textsOf = (field: UsagePlace['field']) => places.filter((place) => place.field === field);
  const items: string[] = [];
  for (const [field, meter] of SHOWN) {
    const read = textsOf(field);
    if (read.length === 0) continue;
    const parts = PARTS.flatMap(([bit, from, fields]) => (from === field && (subtracted & bit) !== 0 ? fields : []));
    const minus = SHOWN.filter(([part]) => parts.includes(part) && isTaken(part, places)).map(([, name]) => `-${name}`);
    items.push(`${meter}=${read.map((place) => place.text).join('+')}${minus.join('')}`);
  }
  const origins = textsOf('origin').map((place) => `${place.text}: `);
  return origins.join('') + items.join('; ');
}

/** Writes by lifetime lie within the sum of writes, where that is stated. */
function isTaken(part: UsageField, places: readonly UsagePlace[]): boolean {
  if (WRITES_BY_LIFETIME.includes(part) && places.some(({ field }) => field === 'cacheWrite')) return false;
  return places.some(({ field }) => field === part);
}
