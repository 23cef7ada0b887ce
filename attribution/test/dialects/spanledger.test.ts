import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METERS, type Meter } from '@spanledger/schemas';
import { RANK } from '../../src/dialects/rank.ts';
import { classified } from '../support/classified.ts';

const MODEL = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'm' };

describe('usage in our own meters', () => {
  test('every meter is taken as it is stated', () => {
    const meters = (Object.keys(METERS) as Meter[]).filter((meter) => meter !== 'unknown');
    for (const [at, meter] of meters.entries()) {
      const { call, dialect } = classified({ attributes: { ...MODEL, [`spanledger.usage.${meter}`]: at + 1 } });
      assert.equal(dialect, 'spanledger@1');
      assert.deepEqual(call?.usage.status === 'stated' ? call.usage.meters : call?.usage, [
        { meter, quantityNano: BigInt(at + 1) * 1_000_000_000n },
      ]);
    }
  });

  test('what other conventions state on the same span is not read', () => {
    const attributes = { ...MODEL, 'spanledger.usage.input': 5, 'gen_ai.usage.input_tokens': 99 };
    const { call, rank, rule } = classified({ attributes });
    assert.equal(call?.usage.status === 'stated' && call.usage.meters.length, 1);
    assert.equal(rule, 'spanledger.model-request');
    assert.equal(rank, RANK.own);
  });

  test('fractions are exact to 10^-9', () => {
    const quantityOf = (value: unknown) => {
      const usage = classified({ attributes: { 'spanledger.usage.gpu_second': value } }).call?.usage;
      return usage?.status === 'stated' ? usage.meters[0]?.quantityNano : usage?.reason;
    };
    assert.equal(quantityOf({ double: 12.345 }), 12_345_000_000n);
    assert.equal(quantityOf('0.000000001'), 1n);
    assert.equal(quantityOf({ double: 1e-9 }), 1n);
    assert.equal(quantityOf('1000000000000000'), 10n ** 24n);
    assert.match(String(quantityOf('1000000000000001')), /unusable_quantity/);
    assert.match(String(quantityOf(-1)), /unusable_quantity: spanledger\.usage\.gpu_second is "-1"/);
    assert.equal(quantityOf(0), 'zero_usage');
  });

  test('without a model, calls and compute are API calls', () => {
    assert.equal(classified({ attributes: { 'spanledger.usage.api_call': 1 } }).role, 'api_call');
    assert.equal(classified({ attributes: { 'spanledger.usage.input': 1 } }).role, 'model_request');
  });

  test('compute says on what machine and where; a tool call that tells what it used stays one', () => {
    const used = { 'spanledger.usage.gpu_second': 5, 'hw.model': 'NVIDIA H100', 'cloud.region': 'eu-west-1' };
    const { call } = classified({ attributes: { ...used, 'cloud.provider': 'aws' } });
    assert.deepEqual([call?.requestModel, call?.region, call?.provider], ['NVIDIA H100', 'eu-west-1', 'aws']);
    const tool = classified({
      attributes: { ...used, 'gen_ai.tool.name': 'sandbox', 'gen_ai.tool.call.id': 'call-1' },
    });
    assert.deepEqual([tool.role, tool.toolName, tool.toolCallId], ['tool_call', 'sandbox', 'call-1']);
    assert.equal(tool.call?.usage.status, 'stated');
  });

  test('lineage stands beside it', () => {
    const own = { 'spanledger.team': 't', 'spanledger.project': 'p', 'spanledger.agent': 'a', 'session.id': 's' };
    const { own: lineage } = classified({ attributes: { ...MODEL, 'spanledger.usage.input': 1, ...own } });
    assert.deepEqual([lineage.team, lineage.project, lineage.agentName, lineage.sessionId], ['t', 'p', 'a', 's']);
  });
});
