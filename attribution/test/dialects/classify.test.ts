import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DecodedSpan } from '../../src/facts.ts';
import { type Counts, countsOf, decodeSet, sameCounts, type TruthCall, truthSets } from '../support/fixtures.ts';

/** Emitters that count some streams wrong; a twin of each knows better. */
const WRONG_BY_EMITTER = new Set([
  // Traceloop adds the placeholder of `message_start` to the output.
  ...['cdbaeafe28a013e6', '192eb3c6256af80f', 'a2758001c6fda88c', 'b628af1d0c4479d8'],
  // Logfire states the placeholder for the output of a stream that was closed early.
  '668d033f1a789e0a',
  // OpenInference on Anthropic 0.1 leaves out cached tokens.
  ...['fa70a21679695f44', '704ed03c58ef18bf'],
]);
/** Emitters that state less than there was on one of a call's two spans; the other knows. */
const LESS_ON: Readonly<Record<string, RegExp>> = {
  // Of Anthropic's input no cache writes.
  '141-litellm-1.70.0': /^litellm_request$/,
  // No thoughts.
  '143-google-adk-1.31.0': /^generate_content /,
};
/** The recording names these tool spans by the template of the span's name; the span says the tool's real name. */
const TEMPLATE_TOOL_NAME = 'Function: {name}';

const INPUT_METERS = ['input', 'cache_read', 'cache_write', 'cache_write_5m', 'cache_write_1h'];
const OUTPUT_METERS = ['output', 'reasoning'];

for (const [name, truth] of Object.entries(truthSets())) {
  describe(`recorded spans of ${name}`, () => {
    const spans = decodeSet(name);
    const bySpanId = new Map(spans.map((span) => [span.identity.spanId, span]));
    const spanIdsOfCalls = new Set(truth.calls.flatMap((call) => call.spans));

    test('each call has a span with exactly the usage that must be charged', () => {
      for (const call of truth.calls) {
        const seen = call.spans.map((id) => bySpanId.get(id));
        assert.ok(
          seen.some((span) => statesTruth(span, call)),
          `${call.spans.join()}: wanted ${JSON.stringify(call.usage ?? call.status)}, got ${JSON.stringify(seen.map(countsOf))}`,
        );
      }
    });

    test('other spans of a call say less than the truth, but nothing else', () => {
      for (const call of truth.calls) {
        for (const id of call.spans) {
          const counts = countsOf(bySpanId.get(id));
          const full = call.usage;
          if (counts === undefined || full === undefined || WRONG_BY_EMITTER.has(id)) continue;
          if (LESS_ON[name]?.test(bySpanId.get(id)?.identity.name ?? '') === true && call.spans.length > 1) continue;
          const sums = [full, ...(call.accept ?? [])].map((usage) => [
            sum(usage, INPUT_METERS),
            sum(usage, OUTPUT_METERS),
          ]);
          const own = [sum(counts, INPUT_METERS), sum(counts, OUTPUT_METERS)];
          assert.ok(
            sums.some((truthSums) => truthSums[0] === own[0] && truthSums[1] === own[1]),
            `${id} sums to ${own}, truth to ${JSON.stringify(sums)}`,
          );
        }
      }
    });

    test('nothing else is taken for a model request', () => {
      const others = spans.filter(
        ({ identity, classification }) =>
          classification.role === 'model_request' && !spanIdsOfCalls.has(identity.spanId),
      );
      assert.deepEqual(
        others.map(({ identity }) => `${identity.name} ${identity.spanId}`),
        [],
      );
    });

    test('each tool call is found by its name', () => {
      for (const tool of truth.tool_calls ?? []) {
        const classification = bySpanId.get(tool.span)?.classification;
        assert.equal(classification?.role, 'tool_call', tool.span);
        if (tool.tool !== TEMPLATE_TOOL_NAME) assert.equal(classification?.toolName, tool.tool);
      }
    });
  });
}

describe('recorded spans of all emitters', () => {
  const spans = Object.keys(truthSets()).flatMap(decodeSet);

  test('quantities are positive and each meter stands once', () => {
    for (const { classification } of spans) {
      const usage = classification.call?.usage;
      const meters = usage?.status === 'stated' ? usage.meters : classification.aggregate;
      assert.ok(meters.every(({ quantityNano }) => quantityNano > 0n));
      assert.equal(new Set(meters.map(({ meter }) => meter)).size, meters.length);
    }
  });

  test('agents repeat usage as an aggregate, never as a call', () => {
    const aggregates = spans.filter(({ classification }) => classification.aggregate.length > 0);
    assert.ok(aggregates.length > 20);
    assert.ok(aggregates.every(({ classification }) => classification.call === undefined));
  });

  test('the rule is named by the dialect that decided', () => {
    for (const { classification } of spans) {
      assert.ok(classification.rule.startsWith(`${classification.dialect.split('@')[0]}.`), classification.rule);
    }
  });
});

function statesTruth(span: DecodedSpan | undefined, call: TruthCall): boolean {
  if (span?.classification.role !== 'model_request') return false;
  const counts = countsOf(span);
  if (counts === undefined) return call.status === 'no_usage' || call.or_status === 'no_usage';
  return [call.usage, ...(call.accept ?? [])].some((truth) => truth !== undefined && sameCounts(truth, counts));
}

function sum(counts: Counts, meters: readonly string[]): number {
  return meters.reduce((total, meter) => total + (counts[meter] ?? 0), 0);
}
