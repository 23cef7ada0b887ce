import { readdirSync, readFileSync } from 'node:fs';
import { createTraceDecoder } from '../../src/decode/trace-decoder.ts';
import { classifySpan } from '../../src/dialects/classify.ts';
import { readOwnLineage } from '../../src/dialects/own-lineage.ts';
import type { DecodedSpan } from '../../src/facts.ts';
import { encodeRequest, type Json } from './encode.ts';

const FOLDER = new URL('../../../test/fixtures/spans/', import.meta.url);

export type Counts = Readonly<Record<string, number>>;
export type TruthCall = {
  readonly trace: string;
  readonly spans: readonly string[];
  readonly usage?: Counts;
  readonly accept?: readonly Counts[];
  readonly status?: string;
  readonly or_status?: string;
};
export type TruthTool = { readonly trace: string; readonly span: string; readonly tool: string };
export type TruthSet = { readonly calls: readonly TruthCall[]; readonly tool_calls?: readonly TruthTool[] };

/** The recorded sets with what must be charged for them. */
export function truthSets(): Readonly<Record<string, TruthSet>> {
  return (JSON.parse(readFileSync(new URL('truth.json', FOLDER), 'utf8')) as { files: Record<string, TruthSet> }).files;
}

/** All spans of a set, decoded and classified. */
export function decodeSet(name: string): DecodedSpan[] {
  const decoder = newDecoder();
  const files = readdirSync(FOLDER).filter((file) => file.startsWith(`${name}.`) || file.startsWith(`${name}-`));
  return files.flatMap((file) => {
    const { body } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { body: Json };
    return decoder.decode(encodeRequest(body));
  });
}

export function newDecoder() {
  return createTraceDecoder({ classify: classifySpan, readLineage: (attributes) => readOwnLineage(attributes) });
}

/** The usage of a span by meter; undefined when it has none. */
export function countsOf(span: DecodedSpan | undefined): Counts | undefined {
  const usage = span?.classification.call?.usage;
  if (usage === undefined || usage.status === 'none') return undefined;
  return Object.fromEntries(
    usage.meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]),
  );
}

export function sameCounts(a: Counts, b: Counts): boolean {
  const meters = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...meters].every((meter) => (a[meter] ?? 0) === (b[meter] ?? 0));
}
