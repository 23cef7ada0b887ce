import { createHash } from 'node:crypto';
import { canonicalProvider, formatScaled, type Meter, nearestName } from '@spanledger/schemas';
import { z } from 'zod';
import { findConflicts } from './conflicts.ts';
import type { DateSpan } from './date-span.ts';
import { parseDay } from './date-span.ts';
import { CURRENCY, ENTRY_SHAPES, RATE_SHAPE } from './entry-schema.ts';
import {
  type FileDocument,
  type FileProblem,
  type Path,
  parseFileDocument,
  placeOf,
  shownValue,
} from './file-document.ts';
import { createPattern, type Pattern } from './pattern.ts';
import {
  type ExchangeRate,
  type FilePrice,
  type FileRule,
  type PriceFile,
  SECTIONS,
  type Section,
} from './price-file.ts';
import { SCOPE_FIELDS, type Scope, type ScopeField } from './scope.ts';

export type ReadPriceFile =
  | { readonly file: PriceFile; readonly problems: readonly [] }
  | { readonly file: undefined; readonly problems: readonly FileProblem[] };

const KEYS = ['currency', 'exchange_rates', 'proxies', ...SECTIONS] as const;
const DEFAULT_CURRENCY = 'USD';
const MAX_BYTES = 8 * 2 ** 20;
const MAX_ENTRIES = 5_000;
const DIGEST_LENGTH = 12;
const RATE_SCALE = 12;

/** Emitters write these in one spelling; the others tell upper from lower case. */
const CASELESS: ReadonlySet<ScopeField> = new Set<ScopeField>([
  'operation',
  'host',
  'model',
  'provider',
  'kind',
  'region',
]);
/** As `server.address` has it; `*` alone would take the word of every span for who bills. */
const HOST_PATTERN = /^(?=.*[a-z0-9])[a-z0-9*._-]{1,255}$/;
const PLAIN_TIER_NAMES: ReadonlySet<string> = new Set(['', 'default', 'standard']);

/** Reads and checks the user's price file: the prices, or all that is wrong with it at once (docs/prices.md). */
export function readPriceFile(name: string, text: string): ReadPriceFile {
  if (Buffer.byteLength(text) > MAX_BYTES) return refused([wrong('the file', 1, `at most ${MAX_BYTES} bytes`, 'more')]);
  const document = parseFileDocument(text);
  if ('problems' in document) return refused(document.problems);
  const reader = createReader(document);
  const rules = SECTIONS.flatMap((section) => reader.entries(section).map((index) => reader.rule(section, index)));
  const rates = reader.entries('exchange_rates').map((index) => reader.rate(index));
  const proxies = reader.entries('proxies').map((index) => reader.proxy(index));
  const problems = [...reader.problems, ...findConflicts(present(rules), present(rates))];
  if (problems.length > 0) return refused(problems.sort((a, b) => a.line - b.line));
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
  return {
    file: { name, text, digest, rules: present(rules), rates: present(rates), proxies: present(proxies) },
    problems: [],
  };
}

function refused(problems: readonly FileProblem[]): ReadPriceFile {
  return { file: undefined, problems };
}

function wrong(place: string, line: number, expected: string, actual: string): FileProblem {
  return { place, line, expected, actual };
}

function createReader(document: FileDocument) {
  const problems: FileProblem[] = [];
  const root = rootOf(document, problems);

  const refuse = (path: Path, expected: string, actual: string) =>
    problems.push(wrong(placeOf(path), document.lineOf(path), expected, actual));

  const check = <Shape extends z.ZodRawShape>(shape: Shape, path: Path, value: unknown) => {
    const parsed = z.strictObject(shape, { error: objectError }).safeParse(value);
    for (const issue of parsed.error?.issues ?? []) {
      if (issue.code !== 'unrecognized_keys') {
        const at = [...path, ...(issue.path as Path)];
        refuse(at, issue.message, shownValue(valueAt(value, issue.path as Path)));
        continue;
      }
      for (const key of issue.keys) {
        const nearest = nearestName(key, Object.keys(shape));
        const hint =
          nearest === undefined ? `one of ${Object.keys(shape).join(', ')}` : `a known key; did you mean ${nearest}?`;
        refuse([...path, key], hint, 'an unknown key');
      }
    }
    checkDates(path, value);
    return parsed.success ? parsed.data : undefined;
  };

  /** Apart from the schema, so that it is found together with what is wrong elsewhere in the entry. */
  const checkDates = (path: Path, value: unknown) => {
    const { from, to } = (value ?? {}) as Record<string, unknown>;
    const [first, end] = [parseDay(String(from)), parseDay(String(to))];
    if (first === undefined || end === undefined || first < end) return;
    refuse(
      [...path, 'to'],
      `a day after from (${String(from)}): to is the first day on which the entry no longer holds`,
      shownValue(to),
    );
  };

  const fileCurrency = (() => {
    const { currency } = root;
    if (currency === undefined) return DEFAULT_CURRENCY;
    const parsed = CURRENCY.safeParse(currency);
    if (!parsed.success) refuse(['currency'], parsed.error.issues[0]?.message ?? '', shownValue(currency));
    return parsed.data ?? DEFAULT_CURRENCY;
  })();

  return {
    problems,
    entries: (key: Section | 'exchange_rates' | 'proxies'): readonly number[] => {
      const list = root[key];
      if (list === undefined || list === '') return [];
      if (!Array.isArray(list)) refuse([key], 'a list, each entry beginning with "- "', shownValue(list));
      else if (list.length > MAX_ENTRIES) refuse([key], `at most ${MAX_ENTRIES} entries`, String(list.length));
      else return list.map((_, index) => index);
      return [];
    },
    rule: (section: Section, index: number): FileRule | undefined => {
      const path = [section, index];
      const raw = (root[section] as readonly unknown[])[index];
      const entry = check(ENTRY_SHAPES[section], path, raw) as Entry | undefined;
      const problem = contradiction(section, raw);
      if (problem !== undefined) refuse(path, problem.expected, problem.actual);
      if (entry === undefined || problem !== undefined) return undefined;
      const rule = toRule(section, entry, fileCurrency, { place: placeOf(path), line: document.lineOf(path) });
      const { provider } = rule.scope;
      if (provider?.text !== '') return rule;
      refuse(
        [...path, 'provider'],
        'who bills; spans of frameworks and gateways of this name do not tell. Use provider: "*" and their host',
        shownValue(entry.provider),
      );
      return undefined;
    },
    proxy: (index: number): Pattern | undefined => {
      const path = ['proxies', index];
      const host = (root['proxies'] as readonly unknown[])[index];
      const bare = typeof host === 'string' ? host.trim().toLowerCase() : '';
      if (HOST_PATTERN.test(bare)) return createPattern(bare);
      refuse(
        path,
        'the host of a proxy of yours, without scheme and port, such as llm.example.com or *.llm.internal',
        shownValue(host),
      );
      return undefined;
    },
    rate: (index: number): ExchangeRate | undefined => {
      const path = ['exchange_rates', index];
      const raw = (root['exchange_rates'] as readonly unknown[])[index];
      const entry = check(RATE_SHAPE, path, raw);
      if (entry === undefined) return undefined;
      const { from_currency: from, to_currency: to } = entry;
      if (from === to)
        refuse([...path, 'to_currency'], `another currency than from_currency (${from})`, shownValue(to));
      const rate = formatScaled(entry.rate, RATE_SCALE);
      return { place: placeOf(path), line: document.lineOf(path), from, to, dates: datesOf(entry), rate };
    },
  };
}

function rootOf(document: FileDocument, problems: FileProblem[]): Readonly<Record<string, unknown>> {
  const { value } = document;
  if (value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push(wrong('the file', 1, `a mapping with ${KEYS.join(', ')}`, shownValue(value)));
    return {};
  }
  for (const key of Object.keys(value)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const nearest = nearestName(key, KEYS);
    const expected = nearest === undefined ? `one of ${KEYS.join(', ')}` : `a known section; did you mean ${nearest}?`;
    problems.push(wrong(key, document.lineOf([key]), expected, 'an unknown key'));
  }
  return value as Readonly<Record<string, unknown>>;
}

type Entry = Readonly<Partial<Record<ScopeField | 'tier' | 'currency' | 'source', string>>> & {
  readonly from?: number;
  readonly to?: number;
  readonly prices?: ReadonlyMap<Meter, FilePrice>;
  readonly price?: FilePrice;
  readonly percent_off?: bigint;
  readonly meters?: readonly Meter[];
};

/** What must not stand together in one entry, or is missing; read from the file's own values, whatever else is wrong. */
function contradiction(section: Section, raw: unknown): { expected: string; actual: string } | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const has = (key: string) => key in raw;
  if (section === 'contracts') {
    if (has('prices') === has('percent_off'))
      return { expected: 'either prices or percent_off', actual: has('prices') ? 'both' : 'neither' };
    if (has('prices') && has('meters'))
      return { expected: 'meters only beside percent_off', actual: 'meters beside prices' };
  }
  if (section !== 'call_fees') return undefined;
  const isApi = has('host') || has('operation');
  if (has('tool') !== isApi) return undefined;
  return { expected: 'either tool, or host and operation', actual: isApi ? 'both' : 'neither' };
}

function toRule(section: Section, entry: Entry, currency: string, at: Pick<FileRule, 'place' | 'line'>): FileRule {
  const { percent_off: microPercent, meters } = entry;
  return {
    section,
    ...at,
    scope: scopeOf(entry),
    dates: datesOf(entry),
    tier: tierOf(section, entry),
    currency: entry.currency ?? currency,
    source: entry.source ?? '',
    prices: entry.prices ?? (entry.price === undefined ? new Map() : new Map([['api_call', entry.price]])),
    discount:
      microPercent === undefined
        ? undefined
        : { microPercent, meters: meters === undefined ? undefined : new Set(meters) },
  };
}

function scopeOf(entry: Entry): Scope {
  return Object.fromEntries(
    SCOPE_FIELDS.flatMap((field) => {
      const text = entry[field];
      return text === undefined ? [] : [[field, createPattern(spelling(field, text))]];
    }),
  );
}

function spelling(field: ScopeField, text: string): string {
  if (field === 'provider' && !text.includes('*')) return canonicalProvider(text);
  return CASELESS.has(field) ? text.toLowerCase() : text;
}

/** A price is of the plain tier unless the entry says otherwise; a percentage is off whichever tier's price. */
function tierOf(section: Section, { tier, percent_off }: Entry): string | undefined {
  if (tier === '*' || (tier === undefined && percent_off !== undefined)) return undefined;
  if (section === 'call_fees' || section === 'compute') return undefined;
  const name = (tier ?? '').trim().toLowerCase();
  return PLAIN_TIER_NAMES.has(name) ? '' : name;
}

function datesOf({ from, to }: { readonly from?: number; readonly to?: number }): DateSpan {
  return { fromMs: from ?? Number.NEGATIVE_INFINITY, toMs: to ?? Number.POSITIVE_INFINITY };
}

function objectError(issue: { readonly code?: string }): string | undefined {
  return issue.code === 'invalid_type' ? 'an entry of "key: value" lines' : undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) found = (found as Record<string | number, unknown> | undefined)?.[step];
  return found;
}

function present<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}
