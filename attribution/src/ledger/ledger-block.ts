import {
  ArrayColumn,
  type BlockColumns,
  columnList,
  DecimalColumn,
  DictionaryColumn,
  NullableDecimalColumn,
  StringColumn,
  takeBlock,
  Uint64Column,
  UintColumn,
} from '@spanledger/warehouse';
import type { CallFacts, SpanRole } from '../facts.ts';
import type { SpanNode } from '../trace/trace.ts';
import { priceWord, stateWord } from './price-word.ts';
import { factsText } from './row-facts.ts';
import type { RowState } from './row-state.ts';

/** The engine's numbers of the Enum8 in the ledger's DDL. */
const ROLE_NUMBER: Record<SpanRole, number> = {
  other: 0,
  model_request: 1,
  agent: 2,
  step: 3,
  tool_call: 4,
  api_call: 5,
};

/** Rows of the ledger on their way into it, column by column. */
export class LedgerBlock {
  readonly columns = ledgerColumns();
  rowCount = 0;

  get insert(): string {
    return `INSERT INTO spanledger_store.ledger (${columnList(this.columns satisfies BlockColumns)}) SETTINGS optimize_on_insert = 0 FORMAT Native`;
  }

  /** The row of a span as it is resolved now. */
  push(tenant: string, node: SpanNode, state: RowState, revision: bigint): void {
    this.rowCount += 1;
    this.pushIdentity(tenant, node);
    this.pushSpan(node, state);
    this.pushLineage(state);
    this.pushCall(state.call);
    this.pushLines(state);
    this.pushSums(node, state);
    const { columns } = this;
    columns.facts.push(factsText(node));
    this.pushVersions(node, state.priceBookVersion, state.rulesVersion, revision, 0);
  }

  /** A row that deletes the one of a span that has another identity now: it was sent again with another start. */
  pushDeletion(tenant: string, node: SpanNode, startNs: bigint, revision: bigint): void {
    this.rowCount += 1;
    this.pushIdentity(tenant, node, startNs);
    this.pushSpan(node, undefined);
    this.pushLineage(undefined);
    this.pushCall(undefined);
    this.pushLines(undefined);
    this.pushSums(node, undefined);
    this.columns.facts.push('');
    this.pushVersions(node, '', 0, revision, 1);
  }

  take(): Buffer {
    const block = takeBlock(this.columns, this.rowCount);
    this.rowCount = 0;
    return block;
  }

  private pushIdentity(tenant: string, node: SpanNode, startNs = node.span.identity.startNs): void {
    const { columns } = this;
    const { identity } = node.span;
    columns.tenant.push(tenant);
    columns.trace_id.push(identity.traceId);
    columns.span_id.push(identity.spanId);
    columns.posting.push(0);
    columns.charge_period_start.push(startNs);
    columns.charge_period_end.push(identity.endNs);
    columns.parent_span_id.push(identity.parentSpanId);
  }

  private pushSpan(node: SpanNode, state: RowState | undefined): void {
    const { columns } = this;
    const { identity, classification } = node.span;
    const repeated = classification.role === 'tool_call' && state?.suppression !== undefined;
    columns.name.push(identity.name);
    columns.role.push(repeated ? ROLE_NUMBER.other : ROLE_NUMBER[classification.role]);
    columns.otlp_kind.push(identity.otlpKind);
    columns.status_code.push(identity.statusCode);
    columns.status_message.push(identity.statusMessage);
    columns.scope_name.push(identity.scopeName);
    columns.scope_version.push(identity.scopeVersion);
    columns.size_bytes.push(identity.sizeBytes);
    columns.dialect.push(classification.dialect);
    columns.dialect_rule.push(classification.rule);
    columns.tool_call_id.push(classification.toolCallId);
  }

  private pushLineage(state: RowState | undefined): void {
    const { columns } = this;
    const lineage = state?.lineage;
    columns.session_id.push(lineage?.sessionId ?? '');
    columns.step_span_id.push(lineage?.stepSpanId ?? '');
    columns.tool_call_span_id.push(lineage?.toolCallSpanId ?? '');
    const path = lineage?.toolCallPath ?? [];
    for (const id of path) columns.tool_call_path.elements.push(id);
    columns.tool_call_path.endRow(path.length);
    columns.tool_name.push(lineage?.toolName ?? '');
    columns.agent_name.push(lineage?.agentName ?? '');
    columns.user_id.push(lineage?.userId ?? '');
    columns.project.push(lineage?.project ?? '');
    columns.team.push(lineage?.team ?? '');
    columns.environment.push(lineage?.environment ?? '');
    columns.service_name.push(lineage?.serviceName ?? '');
  }

  private pushCall(call: CallFacts | undefined): void {
    const { columns } = this;
    columns.provider.push(call?.provider ?? '');
    columns.request_model.push(call?.requestModel ?? '');
    columns.response_model.push(call?.responseModel ?? '');
    columns.operation.push(call?.operation ?? '');
    columns.response_id.push(call?.responseId ?? '');
    columns.service_tier.push(call?.serviceTier ?? '');
    columns.region.push(call?.region ?? '');
    columns.server_address.push(call?.serverAddress ?? '');
    columns.reported_cost.push(call?.reportedCost);
  }

  private pushLines(state: RowState | undefined): void {
    const { columns } = this;
    const lines = state?.rated?.lines ?? [];
    columns.priced_model.push(state?.rated?.pricedModel ?? '');
    for (const line of lines) {
      columns.meter.elements.push(line.meter);
      columns.consumed_quantity.elements.push(line.quantityNano);
      columns.list_cost.elements.push(line.listCost);
      columns.price.elements.push(priceWord(line.price));
      columns.price_state.elements.push(stateWord(line.price));
    }
    for (const column of this.lineColumns) column.endRow(lines.length);
  }

  private readonly lineColumns = [
    this.columns.meter,
    this.columns.consumed_quantity,
    this.columns.list_cost,
    this.columns.price,
    this.columns.price_state,
  ];

  private pushSums(node: SpanNode, state: RowState | undefined): void {
    const { columns } = this;
    columns.own_cost.push(state?.ownCost ?? 0n);
    columns.total_cost.push(state?.totalCost ?? 0n);
    columns.total_tokens.pushNumber(state?.totalTokens ?? 0);
    columns.total_model_calls.push(state?.totalModelCalls ?? 0);
    columns.total_tool_calls.push(state?.totalToolCalls ?? 0);
    const suppression = state?.suppression;
    columns.suppressed_reason.push(suppression?.reason ?? '');
    columns.suppressed_rule.push(suppression?.rule ?? '');
    columns.kept_trace_id.push(suppression?.keptTraceId ?? '');
    columns.kept_span_id.push(suppression?.keptSpanId ?? '');
    const stated = state === undefined ? [] : statedUsage(node, state);
    for (const { meter, quantityNano } of stated) {
      columns.stated_meter.elements.push(meter);
      columns.stated_quantity.elements.push(quantityNano);
    }
    columns.stated_meter.endRow(stated.length);
    columns.stated_quantity.endRow(stated.length);
  }

  private pushVersions(node: SpanNode, priceBook: string, rules: number, revision: bigint, deleted: 0 | 1): void {
    const { columns } = this;
    const { origin } = node;
    columns.ingest_key_id.push(origin.keyId);
    columns.received_at.pushNumber(origin.receivedAtMs);
    columns.price_book_version.push(priceBook);
    columns.rules_version.push(rules);
    columns.revision.push(revision);
    columns.is_deleted.push(deleted);
    columns.log_partition.push(origin.partition);
    columns.log_offset.pushNumber(origin.offset);
  }
}

/** Usage that a span states and that its lines do not show: of suppressed spans, and of carriers that a twin completed. */
function statedUsage(node: SpanNode, state: RowState) {
  const { call, aggregate } = node.span.classification;
  if (aggregate.length > 0) return aggregate;
  if (call?.usage.status !== 'stated' || (state.rated !== undefined && state.call === call)) return [];
  return call.usage.meters;
}

function ledgerColumns() {
  const text = () => new StringColumn();
  const word = () => new DictionaryColumn();
  const cost = () => new DecimalColumn('Decimal(38, 12)');
  const words = () => new ArrayColumn(new DictionaryColumn());
  const costs = () => new ArrayColumn(cost());
  const quantities = () => new ArrayColumn(new DecimalColumn('Decimal(38, 9)'));
  return {
    tenant: word(),
    trace_id: text(),
    span_id: text(),
    posting: new UintColumn('UInt32', 4),
    charge_period_start: new Uint64Column("DateTime64(9, 'UTC')"),
    charge_period_end: new Uint64Column("DateTime64(9, 'UTC')"),
    parent_span_id: text(),
    name: word(),
    role: new UintColumn('Int8', 1),
    otlp_kind: new UintColumn('UInt8', 1),
    status_code: new UintColumn('Int8', 1),
    status_message: text(),
    scope_name: word(),
    scope_version: word(),
    size_bytes: new UintColumn('UInt32', 4),
    session_id: text(),
    step_span_id: text(),
    tool_call_span_id: text(),
    tool_call_path: new ArrayColumn(text()),
    tool_name: word(),
    agent_name: word(),
    user_id: text(),
    project: word(),
    team: word(),
    environment: word(),
    service_name: word(),
    dialect: word(),
    dialect_rule: word(),
    tool_call_id: text(),
    provider: word(),
    request_model: word(),
    response_model: word(),
    priced_model: word(),
    operation: word(),
    response_id: text(),
    service_tier: word(),
    region: word(),
    server_address: word(),
    reported_cost: new NullableDecimalColumn('Decimal(38, 12)'),
    meter: words(),
    consumed_quantity: quantities(),
    list_cost: costs(),
    price: words(),
    price_state: words(),
    own_cost: cost(),
    total_cost: cost(),
    total_tokens: new Uint64Column('UInt64'),
    total_model_calls: new UintColumn('UInt32', 4),
    total_tool_calls: new UintColumn('UInt32', 4),
    suppressed_reason: word(),
    suppressed_rule: word(),
    kept_trace_id: text(),
    kept_span_id: text(),
    stated_meter: words(),
    stated_quantity: quantities(),
    facts: text(),
    ingest_key_id: word(),
    received_at: new Uint64Column("DateTime64(3, 'UTC')"),
    price_book_version: word(),
    rules_version: new UintColumn('UInt16', 2),
    revision: new Uint64Column('UInt64'),
    is_deleted: new UintColumn('UInt8', 1),
    log_partition: new UintColumn('UInt16', 2),
    log_offset: new Uint64Column('UInt64'),
  };
}
