import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';

const DIALECT = 'mcp@1';
const METHOD = attributeKey('mcp.method.name');
const TOOL_NAME = attributeKey('gen_ai.tool.name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');

/** Model Context Protocol, client and server side; a call of a tool may be seen from both. */
export const mcp: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.has(METHOD);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes);
  if (attributes.string(METHOD) !== 'tools/call') return structural(DIALECT, 'mcp.other', 'other', own);
  const name = attributes.string(TOOL_NAME) || identity.name.replace(/^.*tools\/call ?/, '');
  return toolCall(DIALECT, 'mcp.tools-call', own, name, attributes.identifier(TOOL_CALL_ID));
}
