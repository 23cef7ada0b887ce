import fc from 'fast-check';
import { type MadeSpan, priceOf, type Tokens } from './made-spans.ts';

/** One physical call and the instrumentations that saw it, or a span of the agent's tree around others. */
export type TreeItem =
  | {
      readonly kind: 'agent' | 'step' | 'tool' | 'mcp_tool' | 'other';
      readonly children: readonly TreeItem[];
      readonly repeats: boolean;
    }
  | { readonly kind: 'call'; readonly seenBy: SeenBy; readonly tokens: Tokens; readonly failedFirst: boolean };

type SeenBy =
  | 'library'
  | 'framework'
  | 'framework around library'
  | 'framework around library around native'
  | 'framework beside native';

const SEEN_BY: readonly SeenBy[] = [
  'library',
  'framework',
  'framework around library',
  'framework around library around native',
  'framework beside native',
];

const tokens = fc.record({
  input: fc.integer({ min: 1, max: 3000 }),
  cache_read: fc.constantFrom(1, 1000),
  output: fc.integer({ min: 1, max: 500 }),
});

const call: fc.Arbitrary<TreeItem> = fc.record({
  kind: fc.constant('call' as const),
  seenBy: fc.constantFrom(...SEEN_BY),
  tokens,
  failedFirst: fc.boolean(),
});

const { item } = fc.letrec<{ item: TreeItem; inner: TreeItem }>((tie) => ({
  item: fc.oneof({ depthSize: 'small', withCrossShrink: true }, call, tie('inner')),
  inner: fc.record({
    kind: fc.constantFrom('agent' as const, 'step' as const, 'tool' as const, 'mcp_tool' as const, 'other' as const),
    children: fc.array(tie('item'), { maxLength: 4 }),
    repeats: fc.boolean(),
  }),
}));

/** The items beneath one root agent. */
export const anyTree: fc.Arbitrary<readonly TreeItem[]> = fc.array(item, { minLength: 1, maxLength: 5 });

export type Truth = {
  readonly spans: readonly MadeSpan[];
  /** What all physical calls cost together, each once. */
  readonly cost: bigint;
  /** Physical calls, those without usage included. */
  readonly callCount: number;
  readonly toolCallCount: number;
};

/** The spans that such a run emits, one call after the other, and what is true of it. */
export function emit(items: readonly TreeItem[]): Truth {
  const spans: MadeSpan[] = [];
  const truth = { cost: 0n, callCount: 0, toolCallCount: 0 };
  let clock = 0;
  let nextId = 0;
  const newId = () => {
    nextId += 1;
    return nextId;
  };

  const emitCall = (one: TreeItem & { kind: 'call' }, parent: number): void => {
    const start = clock;
    clock += 1000;
    const times = { start, end: start + 900 };
    const outer = newId();
    truth.callCount += 1;
    truth.cost += priceOf(one.tokens);
    const framework = { scope: 'framework', rank: 40, tokens: one.tokens };
    const isFramework = one.seenBy !== 'library';
    const named = one.seenBy === 'framework beside native' ? { call: { responseId: `r${outer}` } } : {};
    spans.push({ id: outer, parent, ...(isFramework ? framework : { tokens: one.tokens }), ...times, ...named });
    if (isFramework && one.failedFirst) {
      truth.callCount += one.seenBy === 'framework' ? 0 : 1;
      if (one.seenBy !== 'framework')
        spans.push({ id: newId(), parent: outer, status: 2, start: start + 1, end: start + 50 });
    }
    const inside = { tokens: one.tokens, start: start + 100, end: start + 800 };
    if (one.seenBy === 'framework beside native') {
      spans.push({ id: newId(), parent, scope: 'native', rank: 20, ...inside, ...named });
    }
    if (!one.seenBy.startsWith('framework around')) return;
    const library = newId();
    spans.push({ id: library, parent: outer, ...inside });
    if (one.seenBy === 'framework around library around native') {
      spans.push({ id: newId(), parent: library, scope: 'native', rank: 20, ...inside });
    }
  };

  const emitItem = (one: TreeItem, parent: number): void => {
    if (one.kind === 'call') {
      emitCall(one, parent);
      return;
    }
    const id = newId();
    const start = clock;
    const at = spans.length;
    const isTool = one.kind === 'tool' || one.kind === 'mcp_tool';
    if (isTool) truth.toolCallCount += 1;
    let around = id;
    if (one.kind === 'mcp_tool') around = newId();
    for (const child of one.children) emitItem(child, around);
    clock += 1;
    const times = { start, end: clock };
    const role = one.kind === 'tool' || one.kind === 'mcp_tool' ? 'tool_call' : one.kind;
    const lineage = one.kind === 'agent' ? { own: { agentName: `agent-${id}` } } : {};
    const tool = isTool ? { toolName: `tool-${id}`, scope: 'framework' } : {};
    const aggregate = !isTool && one.repeats ? { aggregate: { input: 7, output: 7 } } : {};
    spans.splice(at, 0, { id, parent, role, ...times, ...lineage, ...tool, ...aggregate });
    if (one.kind === 'mcp_tool')
      spans.splice(at + 1, 0, { id: around, parent: id, role, ...times, ...tool, scope: 'mcp' });
  };

  const root = newId();
  for (const one of items) emitItem(one, root);
  spans.unshift({
    id: root,
    role: 'agent',
    start: 0,
    end: clock + 1,
    own: { agentName: 'root', sessionId: 'session-1' },
  });
  return { spans, ...truth };
}
