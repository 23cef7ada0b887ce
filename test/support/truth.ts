import type { ChargeLine, TenantLedger } from './ledger.ts';
import type { RecordedSet, TrueCall, TrueToolCall, Usage } from './recorded-sets.ts';

/** Where a ledger differs from what is true of the recorded calls; one sentence each. */
export function differences(sets: readonly RecordedSet[], ledger: TenantLedger): string[] {
  const bySpan = Map.groupBy(ledger.charges, ({ span_id }) => span_id);
  const problems: string[] = [];
  const explained = new Set<string>();
  for (const { name, calls, toolCalls } of sets) {
    for (const call of calls) {
      for (const span of call.spans) explained.add(span);
      problems.push(...callProblems(call, ledger, bySpan).map((text) => `${name} ${call.spans}: ${text}`));
    }
    for (const tool of toolCalls) {
      problems.push(...toolProblems(tool, ledger, bySpan).map((text) => `${name} tool call ${tool.span}: ${text}`));
    }
  }
  for (const [span, lines] of bySpan) {
    if (isCharged(lines) && !explained.has(span)) problems.push(`${span}: charged ${usageText(lines)}, and is no call`);
  }
  return problems;
}

/** Also the twins of a call: one span carries it, each other one is suppressed in its favour. */
function callProblems(call: TrueCall, ledger: TenantLedger, bySpan: ReadonlyMap<string, ChargeLine[]>): string[] {
  const charged = call.spans.filter((span) => isCharged(bySpan.get(span) ?? []));
  if (call.status === 'no_usage') return charged.length === 0 ? [] : ['charged, and states no usage'];
  const [kept, ...more] = charged;
  if (kept === undefined) return call.or_status === 'no_usage' ? [] : ['not charged'];
  if (more.length > 0) return [`charged on ${charged.length} spans`];
  const lines = bySpan.get(kept) ?? [];
  const right = [call.usage ?? {}, ...(call.accept ?? [])].map(meterText);
  const problems = right.includes(usageText(lines))
    ? []
    : [`charged ${usageText(lines)}, true is ${right.join(' or ')}`];
  if (lines[0]?.trace_id.startsWith(call.trace) === false && call.spans.length === 1)
    problems.push('stands in another trace');
  for (const twin of call.spans) if (twin !== kept) problems.push(...twinProblems(twin, lines[0], ledger));
  return problems;
}

function twinProblems(twin: string, kept: ChargeLine | undefined, { suppressed }: TenantLedger): string[] {
  const row = suppressed.find(({ span_id }) => span_id === twin);
  if (row === undefined) return [`twin ${twin} is not among the suppressed calls`];
  if (row.kept_span_id === kept?.span_id && row.kept_trace_id === kept.trace_id) return [];
  return [`twin ${twin} names ${row.kept_trace_id}/${row.kept_span_id} as the span kept, not ${kept?.span_id}`];
}

function toolProblems(tool: TrueToolCall, ledger: TenantLedger, bySpan: ReadonlyMap<string, ChargeLine[]>): string[] {
  const row = ledger.toolCalls.find(({ span_id }) => span_id === tool.span);
  if (row === undefined) return ['not in tool_call_costs'];
  const problems: string[] = [];
  if (row.tool_name !== tool.tool) problems.push(`named ${row.tool_name}, not ${tool.tool}`);
  if (tool.session !== undefined && row.session_id !== tool.session) problems.push(`in session ${row.session_id}`);
  for (const spans of tool.beneath ?? []) {
    const lines = spans.flatMap((span) => bySpan.get(span) ?? []);
    if (lines.length === 0) problems.push(`call ${spans} beneath it is not charged`);
    if (lines.some(({ tool_call_path: path }) => !path.includes(tool.span)))
      problems.push(`call ${spans} is not beneath it`);
  }
  return problems;
}

function isCharged(lines: readonly ChargeLine[]): boolean {
  return lines.some(({ price_status: status }) => status !== 'no_usage');
}

function usageText(lines: readonly ChargeLine[]): string {
  return meterText(Object.fromEntries(lines.map((line) => [line.meter, Number(line.consumed_quantity)])));
}

function meterText(usage: Usage): string {
  const parts = Object.entries(usage).filter(([, quantity]) => quantity !== 0);
  return parts
    .map(([meter, quantity]) => `${meter}=${quantity}`)
    .sort()
    .join(' ');
}
