import assert from 'node:assert/strict';
import type { WarehouseReader } from '@spanledger/warehouse';
import { readTenantLedger } from '../support/ledger.ts';
import { readChargedCalls } from './charged-calls.ts';
import { expectedCall } from './expected-call.ts';
import type { NamedGuide } from './read-guides.ts';
import type { TrueCall } from './stand-in/answered-call.ts';

/** Fails unless the ledger has every call of the run once, with all that the guide does not declare as untold. */
export async function checkGuide(
  guide: NamedGuide,
  truth: readonly TrueCall[],
  reader: WarehouseReader,
  tenant: string,
): Promise<void> {
  assert.equal(truth.length, guide.calls, `the run made ${truth.length} model calls`);
  const lineage = guide.lineage ?? {};
  const charged = await readChargedCalls(reader, tenant, Object.keys(lineage));
  const expected = truth.flatMap((call) => expectedCall(call, guide.cannotTell) ?? []);
  assert.deepEqual(charged.map(({ usage }) => usage).sort(), expected.sort());
  for (const { span, columns } of charged) {
    assert.deepEqual(columns, lineage, `lineage of span ${span}`);
  }
  const unpriced = charged.filter(({ statuses }) => statuses.includes('unpriced')).map(({ span }) => span);
  assert.equal(unpriced.length, guide.unpriced ?? 0, `unpriced: ${unpriced}`);
  const { toolCalls } = await readTenantLedger(reader, tenant);
  const asked = guide.cannotTell.includes('tool calls') ? [] : truth.flatMap((call) => call.toolCalls);
  assert.deepEqual(toolCalls.map((call) => call.tool_name).sort(), asked.map(({ name }) => name).sort());
}
