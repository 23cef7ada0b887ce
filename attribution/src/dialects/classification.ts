import type { CallFacts, Classification, MeterQuantity, OwnLineage, SpanRole } from '../facts.ts';
import { RANK } from './rank.ts';

const NO_METERS: readonly MeterQuantity[] = [];

/** A model request or an API call: what can be charged. */
export function chargeable(
  dialect: string,
  rule: string,
  role: 'model_request' | 'api_call',
  rank: number,
  own: OwnLineage,
  call: CallFacts,
): Classification {
  return {
    dialect,
    rule,
    role,
    rank,
    own,
    call,
    aggregate: NO_METERS,
    remoteAgent: false,
    toolName: '',
    toolCallId: '',
  };
}

/** A span that is only part of the tree; `aggregate` is what it repeats from beneath. */
export function structural(
  dialect: string,
  rule: string,
  role: SpanRole,
  own: OwnLineage,
  aggregate: readonly MeterQuantity[] = NO_METERS,
): Classification {
  return {
    dialect,
    rule,
    role,
    rank: RANK.none,
    own,
    call: undefined,
    aggregate,
    remoteAgent: false,
    toolName: '',
    toolCallId: '',
  };
}

export function toolCall(
  dialect: string,
  rule: string,
  own: OwnLineage,
  toolName: string,
  toolCallId: string,
): Classification {
  return {
    dialect,
    rule,
    role: 'tool_call',
    rank: RANK.none,
    own,
    call: undefined,
    aggregate: NO_METERS,
    remoteAgent: false,
    toolName,
    toolCallId,
  };
}

/**
 * A span that may be a model request or repeat what lies beneath it (an emitter that we do not know): charged when no
 * model request lies beneath it.
 */
export function assumedRequest(
  dialect: string,
  rule: string,
  rank: number,
  own: OwnLineage,
  call: CallFacts,
): Classification {
  return {
    dialect,
    rule,
    role: 'model_request',
    rank,
    own,
    call,
    aggregate: NO_METERS,
    remoteAgent: true,
    toolName: '',
    toolCallId: '',
  };
}

/** An agent that runs at the provider: charged when no model request lies beneath it. */
export function remoteAgent(
  dialect: string,
  rule: string,
  rank: number,
  own: OwnLineage,
  call: CallFacts,
): Classification {
  return {
    dialect,
    rule,
    role: 'agent',
    rank,
    own,
    call,
    aggregate: NO_METERS,
    remoteAgent: true,
    toolName: '',
    toolCallId: '',
  };
}
