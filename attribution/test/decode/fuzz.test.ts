import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { SpanledgerError } from '@spanledger/schemas';
import fc from 'fast-check';
import { encodeRequest, type Json } from '../support/encode.ts';
import { newDecoder } from '../support/fixtures.ts';

const RUNS = 2000;
const TIME_LIMIT_MS = 5000;
const CORPUS = [
  '12-vercel-ai6-experimental_telemetry.traces',
  '39-openinference-anthropic-3.1.0',
  '06-anthropic-sdk-native.traces',
];

describe('the decoder against bytes from anywhere', () => {
  const decoder = newDecoder();

  test('random bytes give spans or the typed error, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => survives(bytes)),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
  });

  test('recorded requests with bytes changed, cut out and put in give spans or the typed error', () => {
    const records = CORPUS.map(recordOf);
    const change = fc.record({
      record: fc.nat({ max: records.length - 1 }),
      edits: fc.array(
        fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), kind: fc.constantFrom('set', 'cut', 'put') }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
    });
    fc.assert(
      fc.property(change, ({ record, edits }) => {
        let bytes = records[record] ?? Buffer.alloc(0);
        for (const edit of edits) bytes = edited(bytes, edit);
        survives(bytes);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
  });

  function survives(bytes: Uint8Array): void {
    try {
      for (const { identity, classification } of decoder.decode(bytes)) {
        assert.match(identity.traceId, /^[0-9a-f]{32}$/);
        assert.match(identity.spanId, /^[0-9a-f]{16}$/);
        const usage = classification.call?.usage;
        if (usage?.status === 'stated') assert.ok(usage.meters.every(({ quantityNano }) => quantityNano > 0n));
      }
    } catch (error) {
      assert.ok(error instanceof SpanledgerError, String(error));
      assert.equal(error.code, 'SPL_SPANS_MALFORMED');
    }
  }
});

function edited(bytes: Buffer, edit: { at: number; byte: number; kind: string }): Buffer {
  const at = edit.at % bytes.length;
  if (edit.kind === 'cut') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (edit.byte % 16))]);
  if (edit.kind === 'put') return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(edit.byte), bytes.subarray(at)]);
  const changed = Buffer.from(bytes);
  changed[at] = edit.byte;
  return changed;
}

function recordOf(name: string): Buffer {
  const file = new URL(`../../../test/fixtures/spans/${name}.1.json`, import.meta.url);
  return encodeRequest((JSON.parse(readFileSync(file, 'utf8')) as { body: Json }).body);
}
