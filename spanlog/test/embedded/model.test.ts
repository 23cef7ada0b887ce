import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEmbeddedLog, type LogConsumer, type LogTopic, type SpanLog } from '../../src/index.ts';
import { logOptions, record, SPANS, textOf } from './harness.ts';

const PARTITION_COUNT = 2;
const GROUPS = ['one', 'two'] as const;
type GroupName = (typeof GROUPS)[number];
type Positions = Record<GroupName, number[]>;

/** The log as a few arrays. */
type Model = { readonly values: string[][]; readonly read: Positions; readonly committed: Positions };
type Real = { readonly directory: string; log: SpanLog; topic: LogTopic; consumers: Record<GroupName, LogConsumer> };

const partition = fc.nat(PARTITION_COUNT - 1);
const group = fc.constantFrom(...GROUPS);
const appends = fc.array(fc.array(fc.tuple(partition, fc.string({ maxLength: 3_000 })), { maxLength: 4 }), {
  maxLength: 4,
});

const commands = [
  appends.map((batches) =>
    command(`append ${JSON.stringify(batches)}`, async (model, real) => {
      for (const batch of batches) for (const [index, text] of batch) valuesOf(model, index).push(text);
      await Promise.all(batches.map((batch) => real.topic.append(batch.map(([index, text]) => record(index, text)))));
    }),
  ),
  fc.tuple(group, fc.integer({ min: 1, max: 8_000 })).map(([name, maxBytes]) =>
    command(`poll ${name} ${maxBytes}`, async (model, real) => {
      const batches = await real.consumers[name].poll({ maxBytes, maxWaitMs: 0 });
      const positions = model.read[name];
      const unread = positions.some((position, index) => position < valuesOf(model, index).length);
      assert.equal(batches.length > 0, unread, 'a poll returns something exactly when there is something');
      for (const { partition: index, records } of batches) {
        const from = positions[index] ?? 0;
        assert.deepEqual(records.map(textOf), valuesOf(model, index).slice(from, from + records.length));
        assert.deepEqual(
          records.map(({ offset }) => offset),
          records.map((_, step) => from + step),
        );
        positions[index] = from + records.length;
      }
    }),
  ),
  group.map((name) =>
    command(`commit ${name}`, async (model, real) => {
      model.committed[name] = model.committed[name].map((offset, index) =>
        Math.max(offset, model.read[name][index] ?? 0),
      );
      await real.consumers[name].commit(new Map(model.read[name].entries()));
    }),
  ),
  fc.tuple(group, partition, fc.double({ min: 0, max: 1, noNaN: true })).map(([name, index, share]) =>
    command(`seek ${name} ${index} ${share}`, async (model, real) => {
      const offset = Math.floor(share * valuesOf(model, index).length);
      model.read[name][index] = offset;
      real.consumers[name].seek(index, offset);
    }),
  ),
  fc.constant(
    command('reopen', async (model, real) => {
      await real.log.stop();
      Object.assign(real, openReal(real.directory));
      for (const name of GROUPS) model.read[name] = [...model.committed[name]];
    }),
  ),
];

test('any sequence of appends, polls, commits, seeks and reopens behaves like a few arrays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (sequence) => {
      const directory = mkdtempSync(join(tmpdir(), 'spanlog-'));
      const real = openReal(directory);
      try {
        const model = { values: perPartition(() => []), read: noPositions(), committed: noPositions() };
        await fc.asyncModelRun(() => ({ model, real }), sequence);
      } finally {
        await real.log.stop();
        rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 40 },
  );
});

function command(label: string, act: (model: Model, real: Real) => Promise<void>): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => label,
    async run(model, real) {
      await act(model, real);
      compare(model, real);
    },
  };
}

function compare(model: Model, { topic, consumers }: Real): void {
  for (const [index, values] of model.values.entries()) {
    assert.deepEqual(topic.range(index), { start: 0, end: values.length });
    for (const name of GROUPS) assert.equal(consumers[name].committed(index), model.committed[name][index]);
  }
  for (const name of GROUPS) {
    const lag = model.values.reduce(
      (sum, values, index) => sum + values.length - (model.committed[name][index] ?? 0),
      0,
    );
    assert.equal(consumers[name].lag().records, lag);
  }
}

function openReal(directory: string): Real {
  const log = createEmbeddedLog(logOptions(directory, { partitionCount: PARTITION_COUNT }));
  const topic = log.topic(SPANS);
  return { directory, log, topic, consumers: { one: topic.consumer('one'), two: topic.consumer('two') } };
}

function valuesOf(model: Model, index: number): string[] {
  return model.values[index] ?? [];
}

function noPositions(): Positions {
  return { one: perPartition(() => 0), two: perPartition(() => 0) };
}

function perPartition<Value>(make: () => Value): Value[] {
  return Array.from({ length: PARTITION_COUNT }, make);
}
