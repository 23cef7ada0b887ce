import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createEmbeddedEngine,
  createWarehouse,
  createWarehouseReader,
  migrate,
  type Warehouse,
  type WarehouseReader,
} from '@spanledger/warehouse';
import { pino } from 'pino';

export const SILENT = pino({ level: 'silent' });

export type TestLedger = { readonly warehouse: Warehouse; readonly reader: WarehouseReader; close(): Promise<void> };

/** A real engine with the product's tables, and a reader as the HTTP API gets it. */
export async function startLedger(): Promise<TestLedger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-reports-'));
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: { host: '127.0.0.1', port: 0 }, logger: SILENT });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger: SILENT });
  const directory = fileURLToPath(new URL('../../../schemas/clickhouse', import.meta.url));
  await migrate({ warehouse, directory, clock: Date.now });
  const reader = createWarehouseReader(connection.reader);
  const close = async () => {
    await Promise.all([warehouse.close(), reader.close()]);
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { warehouse, reader, close };
}

/** Puts rows into a stored table; columns left out are empty. */
export async function insert(warehouse: Warehouse, table: string, rows: readonly object[]): Promise<void> {
  const lines = rows.map((row) => JSON.stringify(row)).join('\n');
  await warehouse.command(`INSERT INTO spanledger_store.${table} FORMAT JSONEachRow ${lines}`);
}

const PRICE = 'openai/gpt-5-mini/input|1M tokens|1000000|0.25';

/** Fields that stand together in one word of a row, in their order. */
const WORDS = {
  owner: ['team', 'project', 'agent_name', 'environment', 'service_name'],
  call: ['provider', 'request_model', 'response_model'],
  suppressed: ['suppressed_reason', 'suppressed_rule'],
} as const;

type LedgerRow = Readonly<Record<string, unknown>> & { readonly lines?: readonly string[] };

/** A row of spanledger_store.ledger_rows, of a model call unless said otherwise. A `|` in a line separates its fields. */
function ledgerRow(changes: LedgerRow): object {
  const row: Record<string, unknown> = {
    tenant: 'default',
    trace_id: '0'.repeat(31).concat('1'),
    charge_period_start: '2026-11-23 10:00:00',
    charge_period_end: '2026-11-23 10:00:01',
    session_id: 's-1',
    team: 'search',
    project: 'handbook',
    revision: 1,
    ...changes,
    lines: (changes.lines ?? []).map((line) => line.replaceAll('|', '\x1f')),
  };
  for (const [word, fields] of Object.entries(WORDS)) {
    const values = fields.map((field) => row[field] ?? '');
    if (values.some((value) => value !== '')) row[word] = values.join('\x1f');
    for (const field of fields) delete row[field];
  }
  return row;
}

/** One session: an agent with a tool call; a priced, an unpriced and a suppressed call; and another team's session. */
export const SMALL_LEDGER: readonly object[] = [
  ledgerRow({
    span_id: '0000000000000001',
    name: 'invoke_agent',
    role: 'agent',
    agent_name: 'researcher',
    charge_period_end: '2026-11-23 10:00:09',
  }),
  ledgerRow({
    span_id: '0000000000000002',
    parent_span_id: '0000000000000001',
    name: 'POST',
    role: 'other',
    charge_period_start: '2026-11-23 10:00:01',
  }),
  ledgerRow({
    span_id: '0000000000000003',
    parent_span_id: '0000000000000002',
    name: 'chat gpt-5-mini',
    role: 'model_request',
    provider: 'openai',
    response_model: 'gpt-5-mini',
    charge_period_start: '2026-11-23 10:00:02',
    lines: [`input|priced|${PRICE}`, `output|priced|${PRICE}`],
    quantities: ['1200', '300'],
    list_costs: ['0.0003', '0.000600000001'],
    own_cost: '0.000900000001',
  }),
  ledgerRow({
    span_id: '0000000000000004',
    parent_span_id: '0000000000000001',
    name: 'execute_tool search',
    role: 'tool_call',
    tool_name: 'search',
    charge_period_start: '2026-11-23 10:00:03',
  }),
  ledgerRow({
    span_id: '0000000000000005',
    parent_span_id: '0000000000000004',
    name: 'chat house-model',
    role: 'model_request',
    provider: 'openai',
    request_model: 'house-model',
    charge_period_start: '2026-11-23 10:00:04',
    lines: ['input|unpriced|||0|0||||unknown_model'],
    quantities: ['50'],
    list_costs: ['0'],
  }),
  ledgerRow({
    span_id: '0000000000000006',
    parent_span_id: '0000000000000003',
    name: 'openai.chat',
    role: 'model_request',
    charge_period_start: '2026-11-23 10:00:02',
    suppressed_reason: 'duplicate',
    suppressed_rule: 'same_response_id',
    kept_trace_id: '00000000000000000000000000000001',
    kept_span_id: '0000000000000003',
    stated_meters: ['input'],
    stated_quantities: ['1200'],
  }),
  ledgerRow({
    trace_id: '00000000000000000000000000000002',
    span_id: '0000000000000007',
    session_id: 's-2',
    team: '=support',
    name: 'chat',
    role: 'model_request',
    provider: 'anthropic',
    response_model: 'claude',
    charge_period_start: '2026-11-30 23:59:59.999999999',
    charge_period_end: '2026-12-01 00:00:01',
    lines: [`output|priced|${PRICE}`],
    quantities: ['7'],
    list_costs: ['12.5'],
  }),
];

/** The rollups of the session s-1, as attribution builds them. */
export const SMALL_ROLLUPS = {
  session_hours: [
    {
      hour: '2026-11-23 10:00:00',
      tenant: 'default',
      session_id: 's-1',
      first_start: '2026-11-23 10:00:00',
      last_end: '2026-11-23 10:00:09',
      team: 'search',
      agent_names: ['researcher'],
      input_tokens: '1250',
      output_tokens: '300',
      input_cost: '0.0003',
      output_cost: '0.000600000001',
      list_cost: '0.000900000001',
      model_calls: 2,
      tool_calls: 1,
      unpriced_calls: 1,
    },
  ],
  tool_calls: [
    {
      hour: '2026-11-23 10:00:00',
      tenant: 'default',
      session_id: 's-1',
      span_id: '0000000000000004',
      tool_name: 'search',
      charge_period_start: '2026-11-23 10:00:03',
      charge_period_end: '2026-11-23 10:00:05',
      total_tokens: 50,
      total_model_calls: 1,
    },
  ],
  team_hours: [
    teamHour({ meter: 'input', consumed_quantity: '1200', list_cost: '0.0003', calls: 1 }),
    teamHour({ meter: 'output', consumed_quantity: '300', list_cost: '0.000600000001', calls: 1 }),
    teamHour({ meter: 'web_search', consumed_quantity: '2', list_cost: '0.02', calls: 1 }),
  ],
} as const;

function teamHour(changes: Readonly<Record<string, unknown>>): object {
  return { hour: '2026-11-23 10:00:00', tenant: 'default', team: 'search', model: 'gpt-5-mini', ...changes };
}
