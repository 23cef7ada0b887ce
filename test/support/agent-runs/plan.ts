import fc from 'fast-check';

/** What a provider counted for one physical call, in tokens; the parts do not overlap. */
export type Tokens = {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
};

export type Vendor = 'openai' | 'anthropic';

export const FRAMEWORKS = ['vercel-ai', 'strands', 'langchain', 'pydantic-ai', 'no model spans'] as const;
export type FrameworkName = (typeof FRAMEWORKS)[number];

/** Instrumentations of a client library; not every one exists for each vendor. */
export const LIBRARIES = ['otel', 'otel-js', 'openinference', 'traceloop-js'] as const;
export type LibraryName = (typeof LIBRARIES)[number];

export type CallPlan = {
  readonly kind: 'call';
  readonly vendor: Vendor;
  readonly tokens: Tokens;
  /** Of a first attempt, where there is one that the provider billed. */
  readonly firstTokens: Tokens;
  readonly library: LibraryName | undefined;
  readonly native: 'none' | 'beneath' | 'beside' | 'in a trace of its own';
  readonly attempts: 'one' | 'a failed one first' | 'a billed one first';
  /** What the framework's span states of several attempts. */
  readonly states: 'the last' | 'the sum';
  readonly streamed: boolean;
  /** So many at the same moment, with the same usage. */
  readonly parallel: number;
  /** Which of several sightings never arrives. */
  readonly lost: 'none' | 'framework' | 'library' | 'native';
};

export type ToolPlan = {
  readonly kind: 'tool';
  readonly name: string;
  readonly mcp: 'none' | 'client' | 'client and server';
  readonly lost: 'none' | 'framework' | 'server';
  readonly children: readonly Item[];
};

/** Spans of the tree that hold others: a sub-agent, a step, a plain span. */
export type GroupPlan = {
  readonly kind: 'agent' | 'step' | 'plain';
  readonly lost: boolean;
  readonly children: readonly Item[];
};

export type Item = CallPlan | ToolPlan | GroupPlan;

export type RunPlan = { readonly framework: FrameworkName; readonly children: readonly Item[] };

const tokens: fc.Arbitrary<Tokens> = fc.record({
  input: fc.integer({ min: 1, max: 5000 }),
  cacheRead: fc.constantFrom(0, 1024, 2000),
  cacheWrite5m: fc.constantFrom(0, 400),
  cacheWrite1h: fc.constantFrom(0, 100),
  output: fc.integer({ min: 1, max: 900 }),
  reasoning: fc.constantFrom(0, 256),
});

const call: fc.Arbitrary<CallPlan> = fc.record({
  kind: fc.constant('call' as const),
  vendor: fc.constantFrom('openai' as const, 'anthropic' as const),
  tokens,
  firstTokens: tokens,
  library: fc.constantFrom(undefined, ...LIBRARIES),
  native: fc.constantFrom('none', 'beneath', 'beside', 'in a trace of its own'),
  attempts: fc.constantFrom('one', 'one', 'a failed one first', 'a billed one first'),
  states: fc.constantFrom('the last', 'the sum'),
  streamed: fc.boolean(),
  parallel: fc.constantFrom(1, 1, 1, 3),
  lost: fc.constantFrom('none', 'none', 'framework', 'library', 'native'),
});

const { item } = fc.letrec<{ item: Item; tool: ToolPlan; group: GroupPlan }>((tie) => ({
  item: fc.oneof({ depthSize: 'small', withCrossShrink: true }, call, tie('tool'), tie('group')),
  tool: fc.record({
    kind: fc.constant('tool' as const),
    name: fc.constantFrom('search', 'fetch', 'research'),
    mcp: fc.constantFrom('none', 'none', 'client', 'client and server'),
    lost: fc.constantFrom('none', 'none', 'framework', 'server'),
    children: fc.array(tie('item'), { maxLength: 3 }),
  }),
  group: fc.record({
    kind: fc.constantFrom('agent' as const, 'step' as const, 'plain' as const),
    lost: fc.boolean(),
    children: fc.array(tie('item'), { maxLength: 3 }),
  }),
}));

/** A run of one agent, as a framework and the instrumentations beneath it tell of it. */
export const anyRun: fc.Arbitrary<RunPlan> = fc.record({
  framework: fc.constantFrom(...FRAMEWORKS),
  children: fc.array(item, { minLength: 1, maxLength: 5 }),
});
