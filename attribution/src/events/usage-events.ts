import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';

/** What a log record says of a model request. */
export type Outcome = 'answered' | 'failed';

/** An event by which some emitter tells of a model request. */
export type UsageEvent = {
  /** Name of the span that is made of it; the dialects know it by this name. */
  readonly name: string;
  /** What this record tells; undefined when it tells of no request, or another record tells it better. */
  outcome(attributes: AttributeBag, scopeName: string): Outcome | undefined;
  /** A resource attribute that the emitter writes on its log records only, so that its spans seem another process's. */
  readonly onlyOnLogs?: string;
};

const EVENT_KIND = attributeKey('event.kind');
const ERROR_MESSAGE = attributeKey('error.message');
const ERROR_TYPE = attributeKey('error.type');
const HTTP_STATUS = attributeKey('http.response.status_code');
const TOKEN_COUNTS = spellings('input_token_count', 'output_token_count');

const CLAUDE_CODE_SCOPE = 'com.anthropic.claude_code';
const FIRST_FAILED_STATUS = 400;

const USAGE_EVENTS: readonly UsageEvent[] = [
  { name: 'claude_code.api_request', outcome: () => 'answered' },
  { name: 'claude_code.api_error', outcome: () => 'failed' },
  { name: 'codex.sse_event', outcome: codexStreamOutcome, onlyOnLogs: 'host.name' },
  { name: 'codex.api_request', outcome: codexRequestOutcome, onlyOnLogs: 'host.name' },
  { name: 'gen_ai.client.inference.operation.details', outcome: genAiOutcome },
  { name: 'gemini_cli.api_response', outcome: () => 'answered' },
  { name: 'gemini_cli.api_error', outcome: () => 'failed' },
  { name: 'qwen-code.api_response', outcome: () => 'answered' },
  { name: 'qwen-code.api_error', outcome: () => 'failed' },
];

const byName = new Map(USAGE_EVENTS.map((event) => [event.name, event]));
/** Claude Code writes its events' short names into `event.name`, and the long ones into the body. */
const claudeCodeByShortName = new Map(
  USAGE_EVENTS.filter(({ name }) => name.startsWith('claude_code.')).map((event) => [event.name.slice(12), event]),
);

/** The usage event of this name; undefined for the many names that tell of no model request. */
export function usageEvent(name: string, scopeName: string): UsageEvent | undefined {
  const event = byName.get(name);
  if (event !== undefined || !scopeName.startsWith(CLAUDE_CODE_SCOPE)) return event;
  return claudeCodeByShortName.get(name);
}

/** Codex writes one record for each event of a stream; the last one is repeated with the usage, or with what broke. */
function codexStreamOutcome(attributes: AttributeBag): Outcome | undefined {
  if (attributes.string(EVENT_KIND) !== 'response.completed') return undefined;
  if (attributes.hasAny(TOKEN_COUNTS)) return 'answered';
  return attributes.has(ERROR_MESSAGE) ? 'failed' : undefined;
}

/** Of requests that were answered the stream tells. */
function codexRequestOutcome(attributes: AttributeBag): Outcome | undefined {
  return attributes.has(ERROR_MESSAGE) || attributes.count(HTTP_STATUS) >= FIRST_FAILED_STATUS ? 'failed' : undefined;
}

/** Gemini CLI writes this event beside one of its own, which also tells of cached and reasoning tokens. */
function genAiOutcome(attributes: AttributeBag, scopeName: string): Outcome | undefined {
  if (scopeName === 'gemini-cli') return undefined;
  return attributes.has(ERROR_TYPE) ? 'failed' : 'answered';
}
