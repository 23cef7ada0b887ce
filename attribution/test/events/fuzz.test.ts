import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanledgerError } from '@spanledger/schemas';
import fc from 'fast-check';
import { recordedLogs, spansOf } from '../support/events.ts';

const RUNS = 2000;
const TIME_LIMIT_MS = 5000;
const LIMITS = { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS };
const RECORDED = [
  recordedLogs('84-claude-agent-sdk-0.2.187.logs.1.json'),
  recordedLogs('34-otel-google-genai-1.3b0.logs.1.json'),
];

/** What the stage takes it for: spans that the decoder can read, or a record for the dead letters. */
function survives(bytes: Buffer): void {
  try {
    for (const { identity } of spansOf(bytes)) {
      assert.match(identity.traceId, /^[0-9a-f]{32}$/);
      assert.match(identity.spanId, /^[0-9a-f]{16}$/);
      assert.ok(identity.startNs <= identity.endNs);
    }
  } catch (error) {
    assert.ok(error instanceof SpanledgerError, String(error));
    assert.equal(error.code, 'SPL_SPANS_MALFORMED');
  }
}

test('random bytes give spans or the typed error, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => survives(Buffer.from(bytes))),
    LIMITS,
  );
});

test('recorded log records with bytes changed and cut off give spans that can be read, or the typed error', () => {
  const change = fc.record({
    record: fc.nat({ max: RECORDED.length - 1 }),
    cut: fc.option(fc.nat({ max: 20_000 })),
    edits: fc.array(fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) }), { minLength: 1, maxLength: 8 }),
  });
  fc.assert(
    fc.property(change, ({ record, cut, edits }) => {
      const bytes = Buffer.from(RECORDED[record] ?? []);
      for (const { at, byte } of edits) bytes[at % bytes.length] = byte;
      survives(cut === null ? bytes : bytes.subarray(0, cut));
    }),
    LIMITS,
  );
});
