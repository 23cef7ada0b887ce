import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SpanNode } from '../../attribution/src/trace/trace.ts';
import { type EmittedRun, emitRun, type RunTruth } from '../support/agent-runs/emit.ts';
import { anyRun, type RunPlan } from '../support/agent-runs/plan.ts';
import { attributeInProcess } from '../support/in-process-ledger.ts';
import type { LoneSpan } from '../support/otlp.ts';
import { seededRandom, shuffled } from '../support/seeded.ts';

const START_MS = Date.UTC(2026, 10, 20, 12);
const NOW_MS = START_MS + 3_600_000;
const RUNS = 400;

/** What the rows of a ledger say of one run, in the words of its truth. */
function said(rows: ReadonlyMap<string, SpanNode>): RunTruth {
  const sum = { calls: 0, callsWithoutUsage: 0, toolCalls: 0, usage: {} as Record<string, number> };
  for (const { span, resolved } of rows.values()) {
    if (span.classification.role === 'tool_call' && resolved?.suppression === undefined) sum.toolCalls += 1;
    const lines = resolved?.rated?.lines ?? [];
    if (lines.length === 0) continue;
    if (lines.some(({ meter }) => meter === 'unknown')) sum.callsWithoutUsage += 1;
    else sum.calls += 1;
    for (const { meter, quantityNano } of lines) {
      if (quantityNano > 0n) sum.usage[meter] = (sum.usage[meter] ?? 0) + Number(quantityNano / 1_000_000_000n);
    }
  }
  return sum;
}

/** Everything of a row that must not depend on how its span was delivered. */
function rowTexts(rows: ReadonlyMap<string, SpanNode>): string[] {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}n` : field));
  return [...rows].map(([id, { resolved }]) => `${id} ${text(resolved)}`).sort();
}

function inBatches(spans: readonly LoneSpan[], random: () => number): LoneSpan[][] {
  const batches: LoneSpan[][] = [[]];
  for (const span of spans) {
    if (random() < 0.3) batches.push([]);
    batches.at(-1)?.push(span);
  }
  return batches.filter((batch) => batch.length > 0);
}

const emitted = (plan: RunPlan): EmittedRun => emitRun(plan, 1, START_MS);

test('whatever an agent does and whoever tells of it: each call is charged once, with what was used', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async (plan) => {
      const { spans, truth } = emitted(plan);
      fc.pre(spans.length > 0);
      assert.deepEqual(said(await attributeInProcess([spans], NOW_MS)), truth);
    }),
    { numRuns: RUNS },
  );
});

test('shuffled, doubled and cut into other batches, the same spans give the same ledger', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, fc.nat(), async (plan, seed) => {
      const { spans } = emitted(plan);
      fc.pre(spans.length > 0);
      const random = seededRandom(seed);
      const expected = rowTexts(await attributeInProcess([spans], NOW_MS));
      const twice = shuffled([...spans, ...spans.filter(() => random() < 0.3)], random);
      assert.deepEqual(rowTexts(await attributeInProcess(inBatches(twice, random), NOW_MS)), expected);
    }),
    { numRuns: RUNS },
  );
});
