import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SpanledgerError } from '@spanledger/schemas';
import fc from 'fast-check';
import { encodeTraceRequest } from '../../src/json/encode-request.ts';
import { countMetricPoints } from '../../src/wire/count-metric-points.ts';
import { type Cut, cutLogsRequest, cutTraceRequest } from '../../src/wire/cut-request.ts';
import { attribute, plainSpan, spansOf, traceRequest } from '../support/otlp-proto.ts';

const FOLDER = new URL('../fixtures/spans/', import.meta.url);
const RECORDED = readdirSync(FOLDER).map((file) => {
  const { body } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { body: unknown };
  return encodeTraceRequest(Buffer.from(JSON.stringify(body)));
});
const SMALL = traceRequest([
  plainSpan(1, { attributes: [attribute('gen_ai.usage.input_tokens', 12), attribute('k', 'v')] }),
  plainSpan(2, {
    events: [{ name: 'e', attributes: [attribute('a', 'b')] }],
    links: [{ traceId: Buffer.alloc(16, 1) }],
  }),
  plainSpan(3, { parentSpanId: Buffer.alloc(8, 3), status: { code: 2, message: 'no' } }),
]);
const CORPUS = [SMALL, ...RECORDED];
const TIME_LIMIT = { interruptAfterTimeLimit: 4_000, numRuns: 20_000 };

type Mutation = { readonly place: number; readonly kind: number; readonly value: number };

const mutations = fc.array(
  fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), kind: fc.nat(4), value: fc.nat(255) }),
  { minLength: 1, maxLength: 4 },
);

test('random bytes never throw anything but the typed error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void tryCut(Buffer.from(bytes))),
    TIME_LIMIT,
  );
});

test('mutated recorded requests are refused, or cut into exactly the spans that protobufjs decodes', () => {
  const corpus = fc.constantFrom(...CORPUS);
  let accepted = 0;
  fc.assert(
    fc.property(corpus, mutations, fc.constantFrom(1, 4), (original, changes, partitionCount) => {
      const bytes = mutate(original, changes);
      const cut = tryCut(bytes, partitionCount);
      if (cut === undefined) return;
      accepted += 1;
      assertSameSpans(bytes, cut);
    }),
    TIME_LIMIT,
  );
  assert.ok(accepted > 50, `only ${accepted} mutated requests were accepted`);
});

test('small mutations of a small request, where structure is hit most', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      const bytes = mutate(SMALL, changes);
      const cut = tryCut(bytes);
      if (cut !== undefined) assertSameSpans(bytes, cut);
    }),
    TIME_LIMIT,
  );
});

test('logs and metrics of random and mutated bytes never throw anything but the typed error', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      const bytes = mutate(SMALL, changes);
      typed(() => cutLogsRequest(bytes, 4));
      typed(() => countMetricPoints(bytes));
    }),
    { ...TIME_LIMIT, interruptAfterTimeLimit: 2_000 },
  );
});

test('recorded requests cut into 1, 4 and 64 partitions hold their spans byte by byte', () => {
  for (const bytes of CORPUS) {
    for (const partitionCount of [1, 4, 64]) assertSameSpans(bytes, cutTraceRequest(bytes, partitionCount));
  }
});

/** The accepted spans are those of the original, in whatever order of partitions, and the others are rejected. */
function assertSameSpans(original: Buffer, cut: Cut): void {
  const expected = spansOf(original).map((span) => JSON.stringify(span));
  const found = cut.slices.flatMap(({ value }) => spansOf(value)).map((span) => JSON.stringify(span));
  assert.equal(found.length, cut.accepted);
  assert.equal(found.length + cut.rejections.total, expected.length);
  const left = new Map<string, number>();
  for (const span of expected) left.set(span, (left.get(span) ?? 0) + 1);
  for (const span of found) {
    const count = left.get(span) ?? 0;
    assert.ok(count > 0, `not in the original: ${span}`);
    left.set(span, count - 1);
  }
}

function tryCut(bytes: Buffer, partitionCount = 4): Cut | undefined {
  return typed(() => cutTraceRequest(bytes, partitionCount));
}

function typed<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof SpanledgerError && error.code === 'SPL_INGEST_MALFORMED', `${error}`);
    return undefined;
  }
}

function mutate(original: Buffer, changes: readonly Mutation[]): Buffer {
  let bytes = Buffer.from(original);
  for (const { place, kind, value } of changes) {
    const at = Math.min(bytes.length - 1, Math.floor(place * bytes.length));
    if (kind === 0) bytes[at] = value;
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << (value % 8));
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([value]), bytes.subarray(at)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else bytes = bytes.subarray(0, at + 1);
  }
  return bytes;
}
