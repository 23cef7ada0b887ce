import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';

const DIALECT = 'strands@1';
/** Of versions before 1.0, and since. */
const SCOPES: ReadonlySet<string> = new Set(['strands-agents', 'strands.telemetry.tracer']);

const OPERATION = attributeKey('gen_ai.operation.name');
const CYCLE = attributeKey('event_loop.cycle_id');
const TOOL_NAME = attributeKey('tool.name');
const TOOL_CALL_ID = attributeKey('tool.id');
const AGENT_NAMES = spellings('gen_ai.agent.name', 'agent.name');

/** Strands where it writes no operation: all spans of its versions before 1.0, and later the event loop's. */
export const strands: Dialect = { id: DIALECT, mayComeFrom, matches, classify };

function mayComeFrom(scopeName: string): boolean {
  return SCOPES.has(scopeName);
}

function matches(attributes: AttributeBag): boolean {
  return !attributes.has(OPERATION);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  if (identity.name === 'Model invoke') return classifyRequest(attributes, identity);
  if (attributes.has(TOOL_NAME)) {
    const id = attributes.identifier(TOOL_CALL_ID);
    return toolCall(DIALECT, 'strands.tool', readOwnLineage(attributes), attributes.string(TOOL_NAME), id);
  }
  if (attributes.has(CYCLE)) return structural(DIALECT, 'strands.cycle', 'step', readOwnLineage(attributes));
  const name = attributes.firstString(AGENT_NAMES);
  if (name === '') return structural(DIALECT, 'strands.other', 'other', readOwnLineage(attributes));
  const sum = aggregateOf(readGenAiUsage(attributes), 'inclusive');
  return structural(DIALECT, 'strands.agent', 'agent', readOwnLineage(attributes, name), sum);
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const usage = usageOf(readGenAiUsage(attributes), 'inclusive', missingUsageReason(identity, false));
  const call = genAiCall(attributes, 'chat', genAiProvider(attributes), usage);
  const own = readOwnLineage(attributes);
  return chargeable(DIALECT, 'strands.model-invoke', 'model_request', RANK.framework, own, call);
}
