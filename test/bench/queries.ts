import type { QueryParameters, WarehouseReader } from '@spanledger/warehouse';
import type { BenchHouse } from './bench-house.ts';
import { figure, figureWithGoal, heading, median, quantile } from './report.ts';

type Question = {
  readonly name: string;
  readonly sql: string;
  /** Other values for each run, so that no run finds its own answer warm. */
  readonly parameters?: (run: number) => QueryParameters;
  readonly goalMs?: number;
  readonly runs?: number;
};

const RUNS = 20;
const GOAL_MS = 100;
const TRACES_PER_SESSION = 5;
const MS_AN_HOUR = 3_600_000;

/** The published tables as users ask them, by the read-only SQL port. */
export async function benchQueries(house: BenchHouse, options: { readonly charges: number }): Promise<void> {
  heading(
    'queries',
    `Milliseconds by the reader's client, p50 and p95 of ${RUNS} runs (sums of the whole ledger: 5), each of another session or hour, after one
warm-up run. The ledger is the one above.`,
  );
  const sessions = options.charges / 20 / TRACES_PER_SESSION;
  for (const question of questions(sessions)) await ask(house.reader, question);
}

async function ask(reader: WarehouseReader, { name, sql, parameters, goalMs, runs = RUNS }: Question): Promise<void> {
  const durations: number[] = [];
  let rows = 0;
  for (let run = -1; run < runs; run += 1) {
    const began = performance.now();
    rows = (await reader.queryRows(sql, parameters?.(run + 1) ?? {})).length;
    if (run >= 0) durations.push(performance.now() - began);
  }
  if (rows === 0) throw new Error(`The question "${name}" found nothing, so its time says nothing.`);
  const figures = `p50 ${median(durations).toFixed(0)} ms, p95 ${quantile(durations, 0.95).toFixed(0)} ms, ${rows} rows`;
  if (goalMs === undefined) figure(name, figures);
  else {
    figureWithGoal(`${name}, p50`, median(durations), { below: goalMs }, ' ms');
    figure('', figures);
  }
}

function questions(sessions: number): Question[] {
  const session = (run: number) => ({ session: `earlier-${Math.floor((run * 7919) % sessions)}` });
  const hour = (run: number) => {
    const from = Math.floor(Date.now() / MS_AN_HOUR) - 2 - (run % 20);
    return { from: from * 3600, to: (from + 1) * 3600 };
  };
  return [
    {
      name: 'session_costs, the 100 dearest',
      sql: 'SELECT * FROM spanledger.session_costs ORDER BY effective_cost DESC LIMIT 100',
      goalMs: GOAL_MS,
    },
    {
      name: 'session_costs, one session',
      sql: 'SELECT * FROM spanledger.session_costs WHERE session_id = {session:String}',
      parameters: session,
      goalMs: GOAL_MS,
    },
    {
      name: 'tool_call_costs, the 100 dearest',
      sql: 'SELECT * FROM spanledger.tool_call_costs ORDER BY total_cost DESC LIMIT 100',
      goalMs: GOAL_MS,
    },
    {
      name: 'tool_call_costs, one session',
      sql: 'SELECT * FROM spanledger.tool_call_costs WHERE session_id = {session:String}',
      parameters: session,
      goalMs: GOAL_MS,
    },
    {
      name: 'team_costs by day and team',
      sql: `SELECT toDate(charge_period_start) AS day, team, sum(effective_cost) AS cost FROM spanledger.team_costs GROUP BY day, team`,
      goalMs: GOAL_MS,
    },
    {
      name: 'charges, one session',
      sql: 'SELECT * FROM spanledger.charges WHERE session_id = {session:String}',
      parameters: session,
    },
    {
      name: 'charges, one hour by team',
      sql: `SELECT team, sum(effective_cost) AS cost FROM spanledger.charges
        WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC') GROUP BY team`,
      parameters: hour,
    },
    { name: 'charges, sum of all', sql: 'SELECT sum(effective_cost) AS cost FROM spanledger.charges', runs: 5 },
    {
      name: 'charges, sum of all by team',
      sql: 'SELECT team, sum(effective_cost) AS cost FROM spanledger.charges GROUP BY team',
      runs: 5,
    },
    {
      name: 'token_audit_trail, one session',
      sql: 'SELECT * FROM spanledger.token_audit_trail WHERE session_id = {session:String} ORDER BY charge_period_start',
      parameters: session,
    },
    {
      name: 'suppressed_calls, the newest 100',
      sql: 'SELECT * FROM spanledger.suppressed_calls ORDER BY charge_period_start DESC LIMIT 100',
    },
  ];
}
