import type { TrailEntry } from '@spanledger/reports';
import { formatMoneyColumn, formatMoneyText, formatQuantity, formatTime } from './figures.ts';
import { type Column, renderTable } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'time (UTC)' },
  { title: 'agent', maxWidth: 20 },
  { title: 'step' },
  { title: 'tool', maxWidth: 20 },
  { title: 'model', maxWidth: 32 },
  { title: 'meter' },
  { title: 'quantity', align: 'right' },
  { title: 'unit price', align: 'right' },
  { title: 'per' },
  { title: 'price', maxWidth: 48 },
  { title: 'rule', maxWidth: 44 },
  { title: 'cost', align: 'right' },
  { title: 'running cost', align: 'right' },
];

/** The audit trail of a session line by line, in the order of time: what is not charged or has no price stands in its place. */
export function renderTrailLines(entries: readonly TrailEntry[]): string {
  const currency = entries[0]?.billing_currency ?? 'USD';
  const costs = formatMoneyColumn(
    entries.map(({ effective_cost }) => effective_cost),
    currency,
  );
  const running = formatMoneyColumn(
    entries.map(({ running_cost }) => running_cost),
    currency,
  );
  return renderTable(
    COLUMNS,
    entries.map((entry, index) => cells(entry, costs[index] ?? '', running[index] ?? '')),
  );
}

function cells(entry: TrailEntry, cost: string, running: string): string[] {
  const isPriced = entry.price_status === 'priced' || entry.price_status === 'assumed';
  return [
    formatTime(entry.charge_period_start),
    entry.agent_name,
    entry.step_span_id,
    entry.tool_name,
    entry.model,
    entry.meter,
    formatQuantity(entry.consumed_quantity),
    isPriced ? formatMoneyText(entry.contracted_unit_price, entry.pricing_currency) : '',
    isPriced ? entry.pricing_unit : '',
    isPriced ? entry.price_id : stateText(entry),
    entry.dialect_rule,
    isPriced ? cost : '',
    running,
  ];
}

/** In place of a price: why there is none, or on which span the usage is charged. */
function stateText(entry: TrailEntry): string {
  const { price_status: status, price_status_reason: reason } = entry;
  if (entry.entry === 'suppressed') return `not charged: on ${entry.kept_span_id || 'calls beneath'} (${reason})`;
  return reason === '' ? status : `${status}: ${reason}`;
}
