import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';

const DIALECT = 'claude-code@1';
const SCOPE = 'com.anthropic.claude_code';

const INPUT = usageKeys('input', 'input_tokens');
const OUTPUT = usageKeys('output', 'output_tokens');
const CACHE_READ = usageKeys('cacheRead', 'cache_read_tokens');
const CACHE_WRITE = usageKeys('cacheWrite', 'cache_creation_tokens');
const TOOL_NAMES = spellings('gen_ai.tool.name', 'tool_name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
const AGENT_NAMES = spellings('gen_ai.agent.name', 'agent_type');
const MODEL = attributeKey('model');
const REQUEST_ID = attributeKey('request_id');
const SPEED = attributeKey('speed');

/** Claude Code and the Claude Agent SDK: bare keys, input without cached tokens, no cache lifetimes. */
export const claudeCode: Dialect = { id: DIALECT, mayComeFrom, matches: () => true, classify };

function mayComeFrom(scopeName: string): boolean {
  return scopeName.startsWith(SCOPE);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  switch (identity.name) {
    case 'claude_code.llm_request':
      return classifyRequest(attributes, identity);
    case 'claude_code.tool': {
      const id = attributes.identifier(TOOL_CALL_ID);
      return toolCall(DIALECT, 'claude-code.tool', readOwnLineage(attributes), attributes.firstString(TOOL_NAMES), id);
    }
    case 'claude_code.interaction':
    case 'claude_code.subagent.spawn': {
      const own = readOwnLineage(attributes, attributes.firstString(AGENT_NAMES));
      return structural(DIALECT, 'claude-code.agent', 'agent', own);
    }
    default:
      return structural(DIALECT, 'claude-code.other', 'other', readOwnLineage(attributes));
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const usage = usageOf(readClaudeCodeUsage(attributes), 'exclusive', missingUsageReason(identity, false));
  const call = genAiCall(attributes, 'chat', genAiProvider(attributes) || 'anthropic', usage);
  return chargeable(DIALECT, 'claude-code.llm-request', 'model_request', RANK.framework, readOwnLineage(attributes), {
    ...call,
    requestModel: call.requestModel || attributes.string(MODEL),
    responseId: call.responseId || attributes.identifier(REQUEST_ID),
    serviceTier: call.serviceTier || claudeCodeTier(attributes),
  });
}

/** The bare keys that spans and log events share. */
export function readClaudeCodeUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, CACHE_WRITE);
  return totals;
}

/** Fast mode has prices of its own. */
export function claudeCodeTier(attributes: AttributeBag): string {
  return attributes.string(SPEED) === 'fast' ? 'fast' : '';
}
