import { explainTrace } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';
import { renderExplanation } from '../text/explain-text.ts';
import { ask, badArgument } from './ask.ts';

export type ExplainOptions = ConfigOptions & { readonly tenant?: string; readonly json?: boolean };

/** `explain <trace> [span]`: why each span of a trace is charged as it is, so that every figure can be followed back. */
export async function explain(
  trace: string,
  span: string | undefined,
  options: ExplainOptions,
  context: CommandContext,
): Promise<void> {
  const traceId = idOf(trace, 32, '<trace>');
  const spanId = span === undefined ? undefined : idOf(span, 16, '[span]');
  const filter = { traceId, spanId, tenant: options.tenant };
  const spans = await ask(options, context, (reader) => explainTrace(reader, filter));
  if (spans.length === 0) {
    const what = spanId === undefined ? `trace ${traceId}` : `span ${spanId} in trace ${traceId}`;
    throw cliError(
      'SPL_CLI_NOT_FOUND',
      `There is no ${what} in the ledger. "spanledger session <id>" and "spanledger suppressed" show the ids of what is there.`,
    );
  }
  context.out(
    options.json === true ? `${JSON.stringify(spans, undefined, 2)}\n` : renderExplanation(spans, spanId !== undefined),
  );
}

function idOf(text: string, digits: number, name: string): string {
  const id = text.trim().toLowerCase();
  if (id.length === digits && /^[0-9a-f]+$/.test(id)) return id;
  throw badArgument(name, `${digits} hex digits`, text);
}
