import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Attribute,
  type Json,
  type LogEvent,
  type LogsRequest,
  loneSpans,
  type ResourceSpans,
  type Span,
  type TraceRequest,
} from './otlp.ts';

const FOLDER = resolve(import.meta.dirname, '../fixtures/spans');
const SIGNALS = resolve(import.meta.dirname, '../fixtures/signals');

export type Usage = Readonly<Record<string, number>>;

/** What truth.json says of one physical call; `_about` there explains the fields. */
export type TrueCall = {
  readonly trace: string;
  readonly spans: readonly string[];
  readonly status?: 'no_usage';
  readonly or_status?: 'no_usage';
  readonly usage?: Usage;
  readonly accept?: readonly Usage[];
};

export type TrueToolCall = {
  readonly trace: string;
  readonly span: string;
  readonly tool: string;
  readonly session?: string;
  readonly beneath?: readonly (readonly string[])[];
};

export type RecordedSet = {
  readonly name: string;
  readonly requests: readonly TraceRequest[];
  /** Log records of the same runs, where they were recorded too. */
  readonly logs: readonly LogsRequest[];
  readonly calls: readonly TrueCall[];
  readonly toolCalls: readonly TrueToolCall[];
};

type Truth = {
  readonly requests: readonly string[];
  readonly calls: readonly TrueCall[];
  readonly tool_calls?: readonly TrueToolCall[];
};

/**
 * The spans of real emitters with what is true of them. Each set's times are moved so that it begins at `startMs`:
 * recorded hours apart, they are told from then on as live traffic is, and stay within the clock's range for ever.
 */
export function readRecordedSets(startMs: number): RecordedSet[] {
  const { files } = JSON.parse(readFileSync(join(FOLDER, 'truth.json'), 'utf8')) as { files: Record<string, Truth> };
  return Object.entries(files)
    .map(([name, truth]) => {
      const requests = truth.requests.map(readRequest);
      const shift = BigInt(startMs) * 1_000_000n - firstStart(requests);
      return {
        name,
        requests: requests.map((request) => movedSpans(request, shift)),
        logs: readLogs(name).map((request) => movedLogs(request, shift)),
        calls: truth.calls,
        toolCalls: truth.tool_calls ?? [],
      };
    })
    .map(withFilledNames);
}

/** Logfire writes its message template as the span's name; the tool's name stands in the attribute that it refers to. */
function withFilledNames(set: RecordedSet): RecordedSet {
  const spans = set.requests.flatMap(loneSpans);
  const toolCalls = set.toolCalls.map((call) => {
    const [, field] = /^Function: \{(\w+)\}$/.exec(call.tool) ?? [];
    if (field === undefined) return call;
    const attributes = spans.find(({ span }) => span.spanId === call.span)?.span['attributes'] as readonly Attribute[];
    return { ...call, tool: String(attributes.find(({ key }) => key === field)?.value['stringValue']) };
  });
  return { ...set, toolCalls };
}

/** Names of the recorded requests, so that a test can tell that all of them are used. */
export function recordedFileNames(): string[] {
  return readdirSync(FOLDER).filter((name) => name !== 'truth.json');
}

function readRequest(name: string): TraceRequest {
  return (JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { body: TraceRequest }).body;
}

function readLogs(set: string): LogsRequest[] {
  return readdirSync(SIGNALS)
    .filter((file) => file.startsWith(`${set}-`))
    .map((file) => (JSON.parse(readFileSync(join(SIGNALS, file), 'utf8')) as { body: LogsRequest }).body);
}

function firstStart(requests: readonly TraceRequest[]): bigint {
  const starts = requests.flatMap(loneSpans).map(({ span }) => BigInt(span.startTimeUnixNano));
  return starts.reduce((least, start) => (start < least ? start : least));
}

function movedSpans({ resourceSpans }: TraceRequest, shift: bigint): TraceRequest {
  return { resourceSpans: resourceSpans.map((group) => movedGroup(group, shift)) };
}

function movedLogs({ resourceLogs }: LogsRequest, shift: bigint): LogsRequest {
  return {
    resourceLogs: resourceLogs.map((group) => ({
      ...group,
      scopeLogs: group.scopeLogs.map((scope) => ({
        ...scope,
        logRecords: scope.logRecords.map((record) => movedRecord(record, shift)),
      })),
    })),
  };
}

function movedRecord(record: LogEvent, shift: bigint): LogEvent {
  const { timeUnixNano, observedTimeUnixNano } = record;
  return {
    ...record,
    ...(timeUnixNano === undefined ? {} : { timeUnixNano: moved(timeUnixNano, shift) }),
    ...(observedTimeUnixNano === undefined ? {} : { observedTimeUnixNano: moved(observedTimeUnixNano, shift) }),
  };
}

function movedGroup(group: ResourceSpans, shift: bigint): ResourceSpans {
  return {
    ...group,
    scopeSpans: group.scopeSpans.map((scope) => ({
      ...scope,
      spans: scope.spans.map((span) => movedSpan(span, shift)),
    })),
  };
}

function movedSpan(span: Span, shift: bigint): Span {
  const events = (span['events'] as readonly Json[] | undefined) ?? [];
  return {
    ...span,
    startTimeUnixNano: moved(span.startTimeUnixNano, shift),
    endTimeUnixNano: moved(span.endTimeUnixNano, shift),
    events: events.map((event) => ({ ...event, timeUnixNano: moved(String(event['timeUnixNano']), shift) })),
  };
}

function moved(unixNano: string, shift: bigint): string {
  return String(BigInt(unixNano) + shift);
}
