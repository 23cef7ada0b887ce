import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OwnerAttributes, ownerKeysOf } from '../../src/decode/owner-keys.ts';
import { createTraceDecoder } from '../../src/decode/trace-decoder.ts';
import { classifySpan } from '../../src/dialects/classify.ts';
import { readOwnLineage } from '../../src/dialects/own-lineage.ts';
import { encodeRequest, keyValues } from '../support/encode.ts';

type Attributes = Readonly<Record<string, string>>;

/** Team and project of a span, and of the resource that it came from. */
function owners(span: Attributes, resource: Attributes, own?: OwnerAttributes) {
  const keys = own === undefined ? {} : { owners: ownerKeysOf(own) };
  const decoder = createTraceDecoder({ classify: classifySpan, readLineage: readOwnLineage, ...keys });
  const spans = [
    {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      name: 'chat',
      startTimeUnixNano: '1',
      endTimeUnixNano: '2',
      attributes: keyValues(span),
    },
  ];
  const request = { resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ spans }] }] };
  const [decoded] = decoder.decode(encodeRequest(request));
  const stated = decoded?.classification.own;
  const ofResource = decoded?.resource.lineage;
  return [stated?.team, stated?.project, ofResource?.team, ofResource?.project];
}

test("an installation's own attributes name team and project, on spans and resources", () => {
  const own = { team: ['cost.center', 'org.unit'], project: ['workload'] };
  const named = { 'org.unit': 'search', workload: 'handbook' };
  assert.deepEqual(owners(named, {}, own), ['search', 'handbook', '', '']);
  assert.deepEqual(owners({}, { ...named, 'cost.center': 'cc-1' }, own), ['', '', 'cc-1', 'handbook']);
  assert.deepEqual(owners(named, {}), ['', '', '', ''], 'without the setting they mean nothing');
});

test('spanledger.team comes before them, and the metadata of frameworks after them', () => {
  const own = { team: ['cost.center'], project: [] };
  const metadata = { 'langfuse.trace.metadata.team': 'from metadata' };
  assert.equal(owners({ ...metadata, 'cost.center': 'own' }, {}, own)[0], 'own');
  assert.equal(owners({ ...metadata, 'cost.center': 'own', 'spanledger.team': 'ours' }, {}, own)[0], 'ours');
  assert.equal(owners(metadata, {}, own)[0], 'from metadata');
  assert.equal(owners(metadata, {})[0], 'from metadata');
});
