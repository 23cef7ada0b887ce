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
import type { SpanRole } from '../facts.ts';
import type { RatedLine } from '../rating/types.ts';
import type { SpanNode } from '../trace/trace.ts';
import { lineWord } from './line-word.ts';
import { factsText } from './row-facts.ts';
import type { RowState } from './row-state.ts';
import { callWord, emitterWord, ownerWord, suppressedWord } from './row-words.ts';

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
    return `INSERT INTO spanledger_store.ledger_rows (${columnList(this.columns satisfies BlockColumns)}) SETTINGS optimize_on_insert = 0 FORMAT Native`;
  }

  /** The row of a span as it is resolved now. */
  push(tenant: string, node: SpanNode, state: RowState, revision: bigint): void {
    this.rowCount += 1;
    this.pushIdentity(tenant, node);
    this.pushSpan(node, state);
    this.pushLineage(state);
    this.pushCall(state);
    this.pushLines(state);
    this.pushSums(node, state);
    const { columns } = this;
    columns.facts.push(factsText(node));
    this.pushVersions(node, revision, 0);
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
    this.pushVersions(node, revision, 1);
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
    columns.emitter.push(emitterWord(identity, classification, node.origin.keyId));
    columns.size_bytes.push(identity.sizeBytes);
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
    columns.user_id.push(lineage?.userId ?? '');
    columns.owner.push(lineage === undefined ? '' : ownerWord(lineage));
  }

  private pushCall(state: RowState | undefined): void {
    const { columns } = this;
    const call = state?.call;
    columns.call.push(state === undefined || (call ?? state.rated) === undefined ? '' : callWord(call, state));
    columns.response_id.push(call?.responseId ?? '');
    columns.reported_cost.push(call?.reportedCost);
  }

  private pushLines(state: RowState | undefined): void {
    const { columns } = this;
    const lines = state?.rated?.lines ?? NO_LINES;
    for (const line of lines) {
      columns.lines.elements.push(lineWord(line.meter, line.price));
      columns.quantities.elements.push(line.quantityNano);
      columns.list_costs.elements.push(line.listCost);
    }
    columns.lines.endRow(lines.length);
    columns.quantities.endRow(lines.length);
    columns.list_costs.endRow(lines.length);
    const isAtList = lines.every((line) => line.contractedCost === line.listCost);
    if (!isAtList) for (const line of lines) columns.contracted_costs.elements.push(line.contractedCost);
    columns.contracted_costs.endRow(isAtList ? 0 : lines.length);
  }

  private pushSums(node: SpanNode, state: RowState | undefined): void {
    const { columns } = this;
    columns.own_cost.push(state?.ownCost ?? 0n);
    columns.total_cost.push(state?.totalCost ?? 0n);
    columns.total_list_cost.push(state?.totalListCost ?? 0n);
    columns.total_tokens.pushNumber(state?.totalTokens ?? 0);
    columns.total_model_calls.push(state?.totalModelCalls ?? 0);
    columns.total_tool_calls.push(state?.totalToolCalls ?? 0);
    const suppression = state?.suppression;
    columns.suppressed.push(suppression === undefined ? '' : suppressedWord(suppression));
    columns.kept_trace_id.push(suppression?.keptTraceId ?? '');
    columns.kept_span_id.push(suppression?.keptSpanId ?? '');
    const stated = state === undefined ? [] : statedUsage(node, state);
    for (const { meter, quantityNano } of stated) {
      columns.stated_meters.elements.push(meter);
      columns.stated_quantities.elements.push(quantityNano);
    }
    columns.stated_meters.endRow(stated.length);
    columns.stated_quantities.endRow(stated.length);
  }

  private pushVersions(node: SpanNode, revision: bigint, deleted: 0 | 1): void {
    const { columns } = this;
    const { origin } = node;
    columns.received_at.pushNumber(origin.receivedAtMs);
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

const NO_LINES: readonly RatedLine[] = [];

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
    size_bytes: new UintColumn('UInt32', 4),
    session_id: text(),
    step_span_id: text(),
    tool_call_span_id: text(),
    tool_call_path: new ArrayColumn(text()),
    tool_name: word(),
    tool_call_id: text(),
    user_id: text(),
    owner: word(),
    emitter: word(),
    call: word(),
    response_id: text(),
    reported_cost: new NullableDecimalColumn('Decimal(38, 12)'),
    lines: words(),
    quantities: quantities(),
    list_costs: costs(),
    contracted_costs: costs(),
    own_cost: cost(),
    total_cost: cost(),
    total_list_cost: cost(),
    total_tokens: new Uint64Column('UInt64'),
    total_model_calls: new UintColumn('UInt32', 4),
    total_tool_calls: new UintColumn('UInt32', 4),
    suppressed: word(),
    kept_trace_id: text(),
    kept_span_id: text(),
    stated_meters: words(),
    stated_quantities: quantities(),
    facts: text(),
    received_at: new Uint64Column("DateTime64(3, 'UTC')"),
    revision: new Uint64Column('UInt64'),
    is_deleted: new UintColumn('UInt8', 1),
    log_partition: new UintColumn('UInt16', 2),
    log_offset: new Uint64Column('UInt64'),
  };
}
