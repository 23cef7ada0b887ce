import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { OwnLineage } from '../facts.ts';

/** Every spelling of a lineage fact that some emitter uses; the first that the span carries wins. */
const SESSION_KEYS = spellings(
  'session.id',
  'gen_ai.conversation.id',
  'langfuse.session.id',
  'traceloop.association.properties.session_id',
  'ai.telemetry.metadata.sessionId',
  'ai.settings.context.sessionId',
  'langsmith.metadata.session_id',
  'langsmith.metadata.thread_id',
  'langsmith.metadata.conversation_id',
  'gcp.vertex.agent.session_id',
  'anthropic.session.id',
);
const USER_KEYS = spellings(
  'user.id',
  'enduser.id',
  'langfuse.user.id',
  'traceloop.association.properties.user_id',
  'ai.telemetry.metadata.userId',
  'ai.settings.context.userId',
  'langsmith.metadata.user_id',
  'gen_ai.user',
  'gen_ai.request.user',
  'llm.user',
);
const ENVIRONMENT_KEYS = spellings('deployment.environment.name', 'deployment.environment', 'langfuse.environment');
const AGENT = attributeKey('spanledger.agent');
/** What Logfire writes over values whose key has a word like `session`, unless told otherwise: the same for all. */
const SCRUBBED = '[Scrubbed due to ';

const NO_LINEAGE: OwnLineage = {
  sessionId: '',
  userId: '',
  team: '',
  project: '',
  agentName: '',
  environment: '',
};

/**
 * The lineage that the attributes themselves state. `agentName` is the name of the agent that this span is (its
 * descendants inherit it); what model requests say of the agent around them is not passed here, because of two
 * nested agents they may name either.
 */
export function readOwnLineage(
  attributes: AttributeBag,
  agentName = '',
  fallbackSessionId = '',
  fallbackUserId = '',
): OwnLineage {
  const sessionId = unlessScrubbed(attributes.firstString(SESSION_KEYS)) || fallbackSessionId;
  const userId = attributes.firstString(USER_KEYS) || fallbackUserId;
  const environment = attributes.firstString(ENVIRONMENT_KEYS);
  const team = attributes.firstString(attributes.owners.team);
  const project = attributes.firstString(attributes.owners.project);
  const agent = attributes.string(AGENT) || agentName;
  if (sessionId === '' && userId === '' && environment === '' && team === '' && project === '' && agent === '') {
    return NO_LINEAGE;
  }
  return { sessionId, userId, team, project, agentName: agent, environment };
}

function unlessScrubbed(value: string): string {
  return value.startsWith(SCRUBBED) ? '' : value;
}
