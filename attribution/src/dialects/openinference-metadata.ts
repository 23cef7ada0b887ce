import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { OwnLineage } from '../facts.ts';
import { readOwnLineage } from './own-lineage.ts';
import { field, objectOf } from './provider-usage/json.ts';

const METADATA = attributeKey('metadata');
const INVOCATION_PARAMETERS = spellings('llm.invocation_parameters', 'embedding.invocation_parameters');
/** Metadata that holds none of these is not parsed: it has nothing for the ledger. */
const TELLING = ['session', 'thread_id', 'conversation', 'user', 'server_tool_use'];

type Json = Readonly<Record<string, unknown>>;

/** The JSON in `metadata`, when it can hold a session, a user or counts of server tools. */
export function readMetadata(attributes: AttributeBag): Json | undefined {
  if (!attributes.has(METADATA)) return undefined;
  return TELLING.some((text) => attributes.contains(METADATA, text)) ? objectOf(attributes.json(METADATA)) : undefined;
}

/** The span's lineage, with session and user out of `metadata` where no attribute of their own states them. */
export function readOpenInferenceLineage(
  attributes: AttributeBag,
  metadata: Json | undefined,
  agentName = '',
): OwnLineage {
  const session = field(metadata, 'session_id', 'sessionId', 'session.id', 'thread_id', 'conversation_id');
  const user = field(metadata, 'user_id', 'userId', 'user.id');
  return readOwnLineage(attributes, agentName, idText(session), idText(user));
}

/** LangChain names its agents in the metadata of all spans beneath them; the agent is the chain of that name. */
export function isNamedAgent(attributes: AttributeBag, name: string): boolean {
  if (!attributes.contains(METADATA, 'lc_agent_name')) return false;
  return (
    attributes.contains(METADATA, `"lc_agent_name": "${name}"`) ||
    attributes.contains(METADATA, `"lc_agent_name":"${name}"`)
  );
}

/** What the application asked for: model, tier, streaming. */
export function readInvocationParameters(attributes: AttributeBag): Json | undefined {
  for (const key of INVOCATION_PARAMETERS.keys) {
    const parameters = objectOf(attributes.json(key));
    if (parameters !== undefined) return parameters;
  }
  return undefined;
}

function idText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
