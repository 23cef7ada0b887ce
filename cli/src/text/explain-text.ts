import type { ExplainedLine, ExplainedSpan, ExplainedSuppression } from '@spanledger/reports';
import { formatPicodollars } from '@spanledger/schemas';
import { counted, formatDuration, formatMoneyText, formatQuantity, formatTime, sumMoney } from './figures.ts';
import { printable } from './printable.ts';

const LABEL_WIDTH = 11;

/** Everything that the ledger knows of why each span of a trace is charged as it is. `only` when one span was asked for. */
export function renderExplanation(spans: readonly ExplainedSpan[], only: boolean): string {
  const shown = only ? spans : spans.filter(saysSomething);
  const blocks = [heading(spans), ...shown.map((explained) => spanLines(explained).join('\n'))];
  const hidden = spans.length - shown.length;
  if (hidden > 0) {
    blocks.push(
      `${counted(hidden, 'span')} without usage, cost or lineage of their own not shown; name a span id to see one.`,
    );
  }
  return `${blocks.join('\n\n')}\n`;
}

function saysSomething({ span, charges, suppression }: ExplainedSpan): boolean {
  return charges.length > 0 || suppression !== undefined || span.kind !== 'other';
}

function heading(spans: readonly ExplainedSpan[]): string {
  const lines = spans.flatMap(({ charges }) => charges);
  const charged = spans.filter(({ charges }) => charges.length > 0).length;
  const suppressed = spans.filter(({ suppression }) => suppression !== undefined).length;
  const currency = lines[0]?.billing_currency ?? 'USD';
  const cost = formatMoneyText(sumText(lines), currency);
  const first = spans[0]?.span;
  const parts = [counted(spans.length, 'span'), `${charged} charged`, `${suppressed} not charged`, cost];
  const sessions = [...new Set(spans.map(({ span }) => span.session_id))].slice(0, 3).map(printable).join(', ');
  return `Trace ${first?.trace_id ?? ''} of tenant ${printable(first?.tenant ?? '')}, session ${sessions}\n${parts.join(', ')}`;
}

function sumText(lines: readonly ExplainedLine[]): string {
  return formatPicodollars(sumMoney(lines.map(({ effective_cost }) => effective_cost)));
}

function spanLines(explained: ExplainedSpan): string[] {
  const { span } = explained;
  const failed = span.status === 'error' ? `, failed ${printable(span.status_message)}`.trimEnd() : '';
  return [
    `${printable(span.name)}   span ${span.span_id}   ${formatTime(span.charge_period_start)} UTC, ${formatDuration(span.duration_ms)}${failed}`,
    label('is', `${kindText(span.kind)}: rule ${printable(span.dialect_rule)} of ${printable(span.dialect)}`),
    label('emitter', emitterText(explained)),
    ...optional('belongs to', lineageText(explained)),
    ...optional('call', callText(explained)),
    ...usageLines(explained),
    ...chargeLines(explained),
    ...suppressionLines(explained),
    ...explained.alsoSeenBy.map((row) => label('also seen', alsoSeenText(row, span.trace_id))),
    label('from', originText(explained)),
  ];
}

function kindText(kind: string): string {
  return kind === 'other' ? 'part of the tree only' : kind.replaceAll('_', ' ');
}

function emitterText({ span }: ExplainedSpan): string {
  const version = span.scope_version === '' ? '' : ` ${printable(span.scope_version)}`;
  return `${printable(span.scope_name) || 'no scope name'}${version}, service ${printable(span.service_name) || 'not named'}`;
}

function lineageText({ span }: ExplainedSpan): string {
  const parts: readonly (readonly [string, string])[] = [
    ['agent', span.agent_name],
    ['called by', span.caller_agent_name],
    ['tool', span.tool_name],
    ['team', span.team],
    ['project', span.project],
    ['user', span.user_id],
    ['environment', span.environment],
  ];
  return parts.flatMap(([name, value]) => (value === '' ? [] : [`${name} ${printable(value)}`])).join(', ');
}

function callText(explained: ExplainedSpan): string {
  const { span } = explained;
  if (span.kind === 'api_call') return apiText(explained);
  if (span.kind !== 'model_request' && span.request_model === '') return '';
  const model = span.response_model || span.request_model;
  const asked =
    span.request_model !== '' && span.request_model !== model ? ` (asked for ${printable(span.request_model)})` : '';
  const parts = [
    span.operation,
    span.provider || 'provider not stated',
    model === '' ? 'no model stated' : `${printable(model)}${asked}`,
    span.service_tier === '' ? '' : `tier ${span.service_tier}`,
    span.region === '' ? '' : `region ${span.region}`,
    span.server_address === '' ? '' : `at ${span.server_address}`,
    span.response_id === '' ? '' : `response ${span.response_id}`,
  ];
  return parts
    .filter((part) => part !== '')
    .map(printable)
    .join(', ');
}

/** What was called, for an API call. */
function apiText({ span }: ExplainedSpan): string {
  return [span.operation || span.name, span.server_address]
    .filter((part) => part !== '')
    .map(printable)
    .join(' at ');
}

/** `input=key-cache_read; output=key` in lines of their own. */
function usageLines({ span, charges }: ExplainedSpan): string[] {
  if (span.usage_source === '' || (charges.length === 0 && span.meters.length === 0)) return [];
  return listed('read from', span.usage_source.split('; ').map(printable));
}

function chargeLines(explained: ExplainedSpan): string[] {
  const { charges } = explained;
  const [first] = charges;
  if (first === undefined)
    return isFeeless(explained) ? [label('charged', 'nothing: the price file has no fee for it')] : [];
  const currency = first.billing_currency;
  const sums = charges.length < 2 ? [] : [`together ${formatMoneyText(sumText(charges), currency)}`];
  const book =
    first.price_book_version === ''
      ? []
      : [`price book ${printable(first.price_book_version)}, rules version ${first.rules_version}`];
  const reported =
    first.reported_cost === null
      ? []
      : [label('reported', `${formatMoneyText(first.reported_cost, 'USD')} by the emitter, never used`)];
  return [...listed('charged', [...charges.flatMap(chargeText), ...sums, ...book]), ...reported];
}

function isFeeless({ span, suppression }: ExplainedSpan): boolean {
  return suppression === undefined && (span.kind === 'tool_call' || span.kind === 'api_call');
}

function chargeText(line: ExplainedLine): string[] {
  const reason = line.price_status_reason === '' ? '' : `: ${printable(line.price_status_reason)}`;
  if (line.price_status === 'no_usage') return [`no usage stated${reason}`];
  const quantity = `${printable(line.meter)} ${formatQuantity(line.consumed_quantity)} ${line.consumed_unit}${plural(line.consumed_quantity, line.consumed_unit)}`;
  if (line.price_status === 'unpriced' || line.price_status === 'included')
    return [`${quantity}, ${line.price_status}${reason}`];
  const status = line.price_status === 'priced' ? '' : `  ${line.price_status}${reason}`;
  const priced = [
    `${quantity} x ${unitPrice(line.list_unit_price, line)}${rate(line)} = ${formatMoneyText(line.list_cost, line.billing_currency)}`,
  ];
  if (line.contracted_cost !== line.list_cost || line.contracted_unit_price !== line.list_unit_price) {
    priced.push(
      `  contracted ${unitPrice(line.contracted_unit_price, line)}${rate(line)} = ${formatMoneyText(line.contracted_cost, line.billing_currency)}`,
    );
  }
  return [...priced, `  price ${printable(line.price_id)}${status}`];
}

function plural(quantity: string, unit: string): string {
  return quantity === '1' || /[A-Z]/.test(unit) || unit === '' ? '' : unit === 'search' ? 'es' : 's';
}

function unitPrice(price: string, line: ExplainedLine): string {
  return `${formatMoneyText(price, line.pricing_currency)} per ${printable(line.pricing_unit)}`;
}

function rate({ exchange_rate: rate, pricing_currency: from, billing_currency: to }: ExplainedLine): string {
  return from === to ? '' : ` x ${rate} ${to}/${from}`;
}

function suppressionLines({ span, suppression }: ExplainedSpan): string[] {
  if (suppression === undefined) return [];
  const kept =
    suppression.kept_span_id === ''
      ? 'no call beneath it has come yet'
      : `charged on span ${suppression.kept_span_id}${suppression.kept_trace_id === span.trace_id ? '' : ` of trace ${suppression.kept_trace_id}`}`;
  return listed('not charged', [
    `${suppression.reason}: rule ${printable(suppression.rule)}; ${kept}`,
    ...statesText(suppression.meters, suppression.quantities),
  ]);
}

function statesText(meters: readonly string[], quantities: readonly string[]): string[] {
  if (meters.length === 0) return [];
  return [
    `it states ${meters.map((meter, index) => `${printable(meter)} ${formatQuantity(quantities[index] ?? '')}`).join(', ')}`,
  ];
}

function alsoSeenText(row: ExplainedSuppression, traceId: string): string {
  const where = row.trace_id === traceId ? '' : ` of trace ${row.trace_id}`;
  const states = statesText(row.meters, row.quantities).map((text) => `; ${text}`);
  return `span ${row.span_id}${where} (${printable(row.name)}, ${printable(row.scope_name)}): ${row.reason}, rule ${printable(row.rule)}${states.join('')}`;
}

function originText({ span }: ExplainedSpan): string {
  const key = span.ingest_key_id === '' ? 'without a key' : `with ingest key ${printable(span.ingest_key_id)}`;
  return `span log partition ${span.log_partition}, offset ${span.log_offset}; received ${formatTime(span.received_at)} UTC ${key}`;
}

function label(name: string, text: string): string {
  return `  ${name.padEnd(LABEL_WIDTH)} ${text}`;
}

function listed(name: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => label(index === 0 ? name : '', text));
}

function optional(name: string, text: string): string[] {
  return text === '' ? [] : [label(name, text)];
}
