import type { FrameworkName, LibraryName, Tokens, Vendor } from './plan.ts';

/** What a span of an emitter looks like, before ids and times. */
export type Shape = {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
};

/** What of the provider's numbers a span tells apart. */
export type Knows = {
  readonly cacheRead: boolean;
  readonly reasoning: boolean;
  readonly cacheWrite: 'lifetimes' | 'sum' | 'none';
};

export type Told = { readonly vendor: Vendor; readonly tokens: Tokens; readonly responseId: string };

export type CallEmitter = { readonly scope: string; readonly knows: Knows; readonly chat: (told: Told) => Shape };

export type Framework = {
  readonly scope: string;
  readonly agent: (name: string, repeated: Tokens) => Shape;
  readonly step: Shape;
  readonly tool: (name: string, id: string) => Shape;
  readonly model: CallEmitter | undefined;
};

const MODELS: Readonly<Record<Vendor, string>> = { openai: 'gpt-5-mini', anthropic: 'claude-sonnet-4-5' };

const INTERNAL = 1;
const CLIENT = 3;
const ALL: Knows = { cacheRead: true, reasoning: true, cacheWrite: 'sum' };
const NO_REASONING: Knows = { ...ALL, reasoning: false };

function allInput(tokens: Tokens): number {
  return tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
}

function allOutput(tokens: Tokens): number {
  return tokens.output + tokens.reasoning;
}

export function sumOf(all: readonly Tokens[]): Tokens {
  const sum = (pick: (tokens: Tokens) => number) => all.reduce((total, tokens) => total + pick(tokens), 0);
  return {
    input: sum(({ input }) => input),
    cacheRead: sum(({ cacheRead }) => cacheRead),
    cacheWrite5m: sum(({ cacheWrite5m }) => cacheWrite5m),
    cacheWrite1h: sum(({ cacheWrite1h }) => cacheWrite1h),
    output: sum(({ output }) => output),
    reasoning: sum(({ reasoning }) => reasoning),
  };
}

/** OpenTelemetry's keys with input and output inclusive. */
function genAi({ vendor, tokens, responseId }: Told, knows: Knows): Shape['attributes'] {
  const model = MODELS[vendor];
  const written = tokens.cacheWrite5m + tokens.cacheWrite1h;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': vendor,
    'gen_ai.request.model': model,
    'gen_ai.response.model': model,
    'gen_ai.response.id': responseId,
    'gen_ai.usage.input_tokens': allInput(tokens),
    'gen_ai.usage.output_tokens': allOutput(tokens),
    'gen_ai.usage.cache_read.input_tokens': knows.cacheRead ? tokens.cacheRead : undefined,
    'gen_ai.usage.cache_write.input_tokens': knows.cacheWrite === 'none' ? undefined : written,
    'gen_ai.usage.reasoning.output_tokens': knows.reasoning ? tokens.reasoning : undefined,
  };
}

function sums(tokens: Tokens): Shape['attributes'] {
  return { 'gen_ai.usage.input_tokens': allInput(tokens), 'gen_ai.usage.output_tokens': allOutput(tokens) };
}

function openInference({ vendor, tokens }: Told, scopeKnows: Knows): Shape['attributes'] {
  return {
    'openinference.span.kind': 'LLM',
    'llm.model_name': MODELS[vendor],
    'llm.provider': vendor,
    'llm.token_count.prompt': allInput(tokens),
    'llm.token_count.completion': allOutput(tokens),
    'llm.token_count.prompt_details.cache_read': tokens.cacheRead,
    'llm.token_count.prompt_details.cache_write': tokens.cacheWrite5m + tokens.cacheWrite1h,
    'llm.token_count.completion_details.reasoning': scopeKnows.reasoning ? tokens.reasoning : undefined,
  };
}

const executeTool = (name: string, id: string): Shape => ({
  name: `execute_tool ${name}`,
  kind: INTERNAL,
  attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name, 'gen_ai.tool.call.id': id },
});

const invokeAgent = (name: string, usage: Shape['attributes'] = {}): Shape => ({
  name: `invoke_agent ${name}`,
  kind: INTERNAL,
  attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name, ...usage },
});

const STEP: Shape = { name: 'step 1', kind: INTERNAL, attributes: { 'gen_ai.operation.name': 'agent_step' } };

export const FRAMEWORK: Readonly<Record<FrameworkName, Framework>> = {
  'vercel-ai': {
    scope: 'gen_ai',
    agent: (name, tokens) => invokeAgent(name, sums(tokens)),
    step: STEP,
    tool: executeTool,
    model: {
      scope: 'gen_ai',
      knows: NO_REASONING,
      chat: (told) => ({ name: `chat ${MODELS[told.vendor]}`, kind: CLIENT, attributes: genAi(told, NO_REASONING) }),
    },
  },
  strands: {
    scope: 'strands.telemetry.tracer',
    agent: (name, tokens) => invokeAgent(name, sums(tokens)),
    step: {
      ...STEP,
      name: 'execute_event_loop_cycle',
      attributes: { 'gen_ai.operation.name': 'execute_event_loop_cycle' },
    },
    tool: executeTool,
    model: {
      scope: 'strands.telemetry.tracer',
      knows: NO_REASONING,
      chat: (told) => ({
        name: 'chat',
        kind: INTERNAL,
        attributes: {
          ...genAi({ ...told, responseId: '' }, NO_REASONING),
          'gen_ai.provider.name': undefined,
          'gen_ai.system': 'strands-agents',
        },
      }),
    },
  },
  langchain: {
    scope: 'openinference.instrumentation.langchain',
    agent: (name, tokens) => ({
      name,
      kind: INTERNAL,
      attributes: {
        'openinference.span.kind': 'AGENT',
        'agent.name': name,
        'llm.token_count.prompt': allInput(tokens),
        'llm.token_count.completion': allOutput(tokens),
      },
    }),
    step: { name: 'RunnableSequence', kind: INTERNAL, attributes: { 'openinference.span.kind': 'CHAIN' } },
    tool: (name) => ({ name, kind: INTERNAL, attributes: { 'openinference.span.kind': 'TOOL', 'tool.name': name } }),
    model: {
      scope: 'openinference.instrumentation.langchain',
      knows: ALL,
      chat: (told) => ({ name: 'ChatModel', kind: INTERNAL, attributes: openInference(told, ALL) }),
    },
  },
  'pydantic-ai': {
    scope: 'pydantic-ai',
    agent: (name, tokens) =>
      invokeAgent(name, {
        'gen_ai.aggregated_usage.input_tokens': allInput(tokens),
        'gen_ai.aggregated_usage.output_tokens': allOutput(tokens),
      }),
    step: STEP,
    tool: executeTool,
    model: {
      scope: 'pydantic-ai',
      knows: ALL,
      chat: (told) => ({ name: `chat ${MODELS[told.vendor]}`, kind: CLIENT, attributes: genAi(told, ALL) }),
    },
  },
  'no model spans': {
    scope: 'autogen-core',
    agent: (name) => invokeAgent(name),
    step: STEP,
    tool: executeTool,
    model: undefined,
  },
};

const PLAIN: Knows = { cacheRead: false, reasoning: false, cacheWrite: 'none' };

export const LIBRARY: Readonly<Record<LibraryName, Partial<Record<Vendor, CallEmitter>>>> = {
  otel: {
    openai: inclusive('opentelemetry.instrumentation.genai.openai', ALL),
    anthropic: inclusive('opentelemetry.instrumentation.genai.anthropic', ALL),
  },
  'otel-js': { openai: inclusive('@opentelemetry/instrumentation-openai', PLAIN) },
  openinference: {
    openai: flatCounts('openinference.instrumentation.openai'),
    anthropic: flatCounts('openinference.instrumentation.anthropic'),
  },
  'traceloop-js': {
    openai: inclusive('@traceloop/instrumentation-openai', PLAIN),
    anthropic: {
      scope: '@traceloop/instrumentation-anthropic',
      knows: NO_REASONING,
      chat: (told) => ({
        name: `chat ${MODELS[told.vendor]}`,
        kind: CLIENT,
        attributes: {
          ...genAi({ ...told, responseId: '' }, NO_REASONING),
          'gen_ai.usage.input_tokens': told.tokens.input,
        },
      }),
    },
  },
};

/** Anthropic's own spans: the only ones that tell cache lifetimes. */
export const NATIVE: CallEmitter = {
  scope: 'com.anthropic.sdk.typescript',
  knows: { cacheRead: true, reasoning: true, cacheWrite: 'lifetimes' },
  chat: (told) => ({
    name: 'anthropic.messages.create',
    kind: CLIENT,
    attributes: {
      ...genAi(told, ALL),
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': told.tokens.cacheWrite5m,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': told.tokens.cacheWrite1h,
    },
  }),
};

function inclusive(scope: string, knows: Knows): CallEmitter {
  return {
    scope,
    knows,
    chat: (told) => ({ name: `chat ${MODELS[told.vendor]}`, kind: CLIENT, attributes: genAi(told, knows) }),
  };
}

function flatCounts(scope: string): CallEmitter {
  return {
    scope,
    knows: ALL,
    chat: (told) => ({ name: 'ChatCompletion', kind: INTERNAL, attributes: openInference(told, ALL) }),
  };
}
