import type { SessionOutcome } from './run-sessions.ts';
import { OWN_MODEL } from './sessions.ts';
import { type Tally, tallyCalls } from './tally.ts';
import type { Delivery } from './telemetry.ts';
import type { DemoTruth } from './truth.ts';

const COLUMN_WIDTHS = [18, 9, 9, 36, 5, 9, 8, 8] as const;
const FIRST_NUMBER_COLUMN = 4;

/** The heading over the session lines. */
export function sessionHeading(): string {
  return tableLine(['session', 'team', 'user', 'model', 'calls', 'input', 'output', 'time']);
}

/** One session: who, with which model, model calls (those of sub-agents too), tokens in and out. */
export function sessionLine(outcome: SessionOutcome, { callCount, inputTokens, outputTokens }: Tally): string {
  const { session, plan, durationMs, error, isInterrupted } = outcome;
  const { api, model, stream } = plan.choice;
  const line = tableLine([
    session,
    plan.team,
    plan.user,
    `${model} (${api}${stream ? ', stream' : ''})`,
    String(callCount),
    formatCount(inputTokens),
    formatCount(outputTokens),
    `${(durationMs / 1000).toFixed(1)} s`,
  ]);
  if (isInterrupted) return `${line}  ended early`;
  return error ? `${line}  failed: ${error.message}` : line;
}

/** What the run came to: calls, tokens, refusals, and what no span can tell. */
export function truthLines({ sessions, calls, refusedCount }: DemoTruth): string[] {
  const { callCount, inputTokens, outputTokens } = tallyCalls(calls);
  const ownCount = calls.filter(({ requestModel }) => requestModel === OWN_MODEL).length;
  const blindCount = calls.filter((call) => Object.keys(call.spanMeters).length === 0).length;
  const tokens = `${formatCount(inputTokens)} tokens in, ${formatCount(outputTokens)} out`;
  const lines = [`${sessions.length} sessions, ${callCount} model calls, ${tokens}.`];
  if (refusedCount > 0) lines.push(`Requests refused with 429 and tried again: ${refusedCount}.`);
  if (ownCount > 0) lines.push(`Calls of ${OWN_MODEL}, which no price list knows ("unpriced"): ${ownCount}.`);
  if (blindCount > 0) lines.push(`Streamed calls whose spans state no usage ("no_usage"): ${blindCount}.`);
  return lines;
}

export function deliveryLine({ sentCount, failedCount, failure }: Delivery, endpoint: string): string {
  if (failedCount === 0) return `${sentCount} spans sent to ${endpoint}.`;
  return `${sentCount} spans sent to ${endpoint}; ${failedCount} were not taken: ${failure ?? 'no reason given'}.`;
}

function tableLine(cells: readonly string[]): string {
  const padded = cells.map((cell, column) => {
    const width = COLUMN_WIDTHS[column] ?? 0;
    return column < FIRST_NUMBER_COLUMN ? cell.padEnd(width) : cell.padStart(width);
  });
  return padded.join(' ').trimEnd();
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
