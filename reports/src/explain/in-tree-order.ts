type TreeSpan = { readonly span_id: string; readonly parent_span_id: string };

/**
 * Spans that come in the order of time, each followed by those beneath it. A span whose parent is not there, or that lies in
 * a circle of parents, begins a tree of its own. Nothing recurses: a trace may be thousands of spans deep.
 */
export function inTreeOrder<Span extends TreeSpan>(spans: readonly Span[]): Span[] {
  const known = new Set(spans.map(({ span_id }) => span_id));
  const children = Map.groupBy(spans, ({ parent_span_id }) => (known.has(parent_span_id) ? parent_span_id : ''));
  const order: Span[] = [];
  const seen = new Set<Span>();
  const walk = (roots: readonly Span[]): void => {
    const stack = [...roots].reverse();
    for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
      if (seen.has(span)) continue;
      seen.add(span);
      order.push(span);
      stack.push(...(children.get(span.span_id) ?? []).toReversed());
    }
  };
  walk(children.get('') ?? []);
  for (const span of spans) if (!seen.has(span)) walk([span]);
  return order;
}
