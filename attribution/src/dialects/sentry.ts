import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { type GenAiRole, genAiOperation, genAiRole, roleOfOperation } from './gen-ai-role.ts';
import { genAiDialect } from './gen-ai-span.ts';

const OP = attributeKey('sentry.op');
const OPERATION_TYPE = attributeKey('gen_ai.operation.type');
const OPS = spellings('sentry.op', 'sentry.origin');
const OP_PREFIX = 'gen_ai.';

/** Sentry's own grouping of operations, where a span names none. */
const ROLE_BY_TYPE: ReadonlyMap<string, GenAiRole> = new Map([
  ['ai_client', 'request'],
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['handoff', 'none'],
]);

/**
 * Sentry's AI spans (JavaScript 10, Python 2, since conventions 0.33): `sentry.op` is `gen_ai.chat` and the like, usage
 * in `gen_ai.usage.input_tokens.cached` and its kind, costs in dollars under keys that end in `_tokens`. Agents repeat the
 * sum. Anthropic's input is stated without cached tokens by the JavaScript SDK, which its total gives away.
 */
export const sentry = genAiDialect({ name: 'sentry', version: 1, matches, roleOf, operationOf });

function matches(attributes: AttributeBag): boolean {
  return attributes.hasAny(OPS) && (attributes.string(OP).startsWith(OP_PREFIX) || attributes.has(OPERATION_TYPE));
}

function operationOf(attributes: AttributeBag): string {
  const op = attributes.string(OP);
  return genAiOperation(attributes) || (op.startsWith(OP_PREFIX) ? op.slice(OP_PREFIX.length) : '');
}

function roleOf(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  return (
    roleOfOperation(operationOf(attributes)) ??
    ROLE_BY_TYPE.get(attributes.string(OPERATION_TYPE)) ??
    genAiRole(attributes, identity)
  );
}
