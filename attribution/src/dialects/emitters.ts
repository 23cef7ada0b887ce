import { ABSENT } from '../decode/attribute-value.ts';
import { isEventScope } from '../events/event-scope.ts';
import { memoByName } from './memo-by-name.ts';
import { RANK } from './rank.ts';
import type { InputShape, UsageTotals } from './usage-totals.ts';

/** Marks usage that may leave out cached tokens. */
export const CACHE_NOT_STATED = 'cached tokens are not stated';

/**
 * What is known of emitters that write OpenTelemetry's GenAI keys, where they differ from the conventions: the
 * conventions say that input tokens include cached ones, and these do not keep to it, or only for some providers.
 */
type Emitter = {
  /** The scope's name begins with this. */
  readonly scope: string;
  /** Providers (canonical) whose input is stated without cached tokens; `*` for all. */
  readonly exclusive?: string;
  /** Output leaves out Gemini's thoughts. */
  readonly thoughtsBeside?: boolean;
  /** Providers whose input leaves out cached tokens, while not every version or operation states those; `*` for all. */
  readonly maySkipCache?: string;
  readonly rank?: number;
  /** Providers whose calls this emitter counts worse than the native SDK's span beside it, and why. */
  readonly belowNative?: { readonly provider: string; readonly why: string };
};

const EMITTERS: readonly Emitter[] = [
  { scope: 'opentelemetry.instrumentation.genai.bedrock', exclusive: '*' },
  { scope: 'opentelemetry.instrumentation.botocore', exclusive: '*', maySkipCache: '*' },
  { scope: 'opentelemetry.instrumentation.bedrock', exclusive: '*', maySkipCache: '*' },
  { scope: 'openinference.instrumentation.anthropic', maySkipCache: '*' },
  { scope: 'openinference.instrumentation.bedrock', maySkipCache: '*' },
  { scope: '@arizeai/openinference-instrumentation-bedrock', maySkipCache: '*' },
  { scope: '@traceloop/instrumentation-bedrock', exclusive: '*', maySkipCache: '*' },
  { scope: 'opentelemetry.instrumentation.google_generativeai', thoughtsBeside: true },
  { scope: 'opentelemetry.instrumentation.vertexai', thoughtsBeside: true },
  { scope: '@traceloop/instrumentation-google-generativeai', thoughtsBeside: true },
  { scope: '@traceloop/instrumentation-anthropic', exclusive: '*' },
  { scope: '@openlit/', exclusive: 'anthropic' },
  { scope: 'openlit.', exclusive: 'anthropic' },
  { scope: 'langtrace_python_sdk', exclusive: 'anthropic', maySkipCache: '*' },
  { scope: 'agent_framework', exclusive: 'anthropic', rank: RANK.framework },
  {
    scope: 'opentelemetry.instrumentation.anthropic',
    belowNative: { provider: 'anthropic', why: 'adds the placeholder of message_start to the output of streams' },
  },
  {
    scope: 'opentelemetry.instrumentation.langchain',
    rank: RANK.framework,
    belowNative: { provider: 'anthropic', why: 'states 0 cache writes where their lifetimes are known' },
  },
  { scope: 'pydantic-ai', rank: RANK.framework },
  { scope: 'strands.telemetry.tracer', rank: RANK.framework },
  { scope: 'gcp.vertex.agent', rank: RANK.framework },
  { scope: 'semantic_kernel', rank: RANK.framework },
  { scope: 'langsmith', rank: RANK.framework },
  { scope: 'logfire.', rank: RANK.framework },
  { scope: 'opentelemetry.instrumentation.genai.langchain', rank: RANK.framework },
  { scope: 'opentelemetry.instrumentation.openai_agents', rank: RANK.framework },
  { scope: 'opentelemetry.instrumentation.llamaindex', rank: RANK.framework },
  { scope: 'opentelemetry.instrumentation.crewai', rank: RANK.framework },
  { scope: '@traceloop/instrumentation-langchain', rank: RANK.framework, maySkipCache: 'anthropic' },
  { scope: '@traceloop/instrumentation-llamaindex', rank: RANK.framework },
  { scope: '@mastra/', rank: RANK.framework },
  { scope: 'ai', rank: RANK.framework },
  { scope: 'litellm', rank: RANK.server },
];

const emitterOf = memoByName((scopeName): Emitter => {
  const emitter = EMITTERS.find(({ scope }) => scopeName.startsWith(scope)) ?? { scope: '' };
  if (!isEventScope(scopeName)) return emitter;
  const { belowNative: _, ...event } = emitter;
  return { ...event, rank: RANK.logEvent };
});

/** Whether input tokens of this scope's spans include cached ones. */
export function inputShapeOf(scopeName: string, provider: string): InputShape {
  const { exclusive } = emitterOf(scopeName);
  return exclusive === '*' || (exclusive !== undefined && exclusive === provider) ? 'exclusive' : 'inclusive';
}

/** Whether this scope's output leaves out Gemini's thoughts. */
export function thoughtsStandBeside(scopeName: string): boolean {
  return emitterOf(scopeName).thoughtsBeside === true;
}

/** What is assumed where usage of this scope tells of no cache: that there was none. '' where it would tell. */
export function assumedOfCache(scopeName: string, provider: string, totals: UsageTotals): string {
  const isSilent = totals.cacheRead === ABSENT && totals.cacheWrite === ABSENT && totals.input !== ABSENT;
  const { maySkipCache } = emitterOf(scopeName);
  const mayBeSkipped = maySkipCache === '*' || (maySkipCache !== undefined && maySkipCache === provider);
  return isSilent && mayBeSkipped ? CACHE_NOT_STATED : '';
}

/** The rank of this scope's model requests. */
export function rankOfScope(scopeName: string, provider: string): number {
  const emitter = emitterOf(scopeName);
  if (emitter.belowNative?.provider === provider) return RANK.belowNativeSdk;
  return emitter.rank ?? RANK.clientLibrary;
}
