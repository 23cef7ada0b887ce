import {
  type EncodeMessage,
  encodeAnyValue,
  encodeChild,
  encodeKeyValue,
  encodeList,
  encodeResource,
  encodeScope,
  encodeText,
  encodeUint32,
} from './encode-common.ts';
import { parseJsonRequest } from './parse-json.ts';
import { readEnum, readHexId, readUint32, readUint64 } from './read-value.ts';
import { ReverseWriter } from './reverse-writer.ts';

/** An ExportTraceServiceRequest in OTLP/JSON as the protobuf bytes of the same request. Throws SPL_INGEST_MALFORMED. */
export function encodeTraceRequest(json: Uint8Array): Buffer {
  return encodeRequest(json, { group: 'resourceSpans', scope: 'scopeSpans', leaf: 'spans', encodeLeaf: encodeSpan });
}

/** The same for an ExportLogsServiceRequest. */
export function encodeLogsRequest(json: Uint8Array): Buffer {
  return encodeRequest(json, {
    group: 'resourceLogs',
    scope: 'scopeLogs',
    leaf: 'logRecords',
    encodeLeaf: encodeLogRecord,
  });
}

type Levels = {
  readonly group: string;
  readonly scope: string;
  readonly leaf: string;
  readonly encodeLeaf: EncodeMessage;
};

function encodeRequest(json: Uint8Array, { group, scope, leaf, encodeLeaf }: Levels): Buffer {
  const writer = new ReverseWriter();
  const encodeScopeGroup: EncodeMessage = (to, value, path) => {
    encodeText(to, 3, value['schemaUrl'], `${path}.schemaUrl`);
    encodeList(to, 2, value[leaf], `${path}.${leaf}`, 0, encodeLeaf);
    encodeChild(to, 1, value['scope'], `${path}.scope`, 0, encodeScope);
  };
  const encodeResourceGroup: EncodeMessage = (to, value, path) => {
    encodeText(to, 3, value['schemaUrl'], `${path}.schemaUrl`);
    encodeList(to, 2, value[scope], `${path}.${scope}`, 0, encodeScopeGroup);
    encodeChild(to, 1, value['resource'], `${path}.resource`, 0, encodeResource);
  };
  encodeList(writer, 1, parseJsonRequest(json)[group], group, 0, encodeResourceGroup);
  return writer.finish();
}

const encodeSpan: EncodeMessage = (writer, span, path) => {
  encodeFlags(writer, 16, span['flags'], `${path}.flags`);
  encodeChild(writer, 15, span['status'], `${path}.status`, 1, encodeStatus);
  encodeUint32(writer, 14, span['droppedLinksCount'], `${path}.droppedLinksCount`);
  encodeList(writer, 13, span['links'], `${path}.links`, 1, encodeLink);
  encodeUint32(writer, 12, span['droppedEventsCount'], `${path}.droppedEventsCount`);
  encodeList(writer, 11, span['events'], `${path}.events`, 1, encodeEvent);
  encodeUint32(writer, 10, span['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 9, span['attributes'], `${path}.attributes`, 1, encodeKeyValue);
  encodeTime(writer, 8, span['endTimeUnixNano'], `${path}.endTimeUnixNano`);
  encodeTime(writer, 7, span['startTimeUnixNano'], `${path}.startTimeUnixNano`);
  encodeEnum(writer, 6, span['kind'], `${path}.kind`);
  encodeText(writer, 5, span['name'], `${path}.name`);
  encodeId(writer, 4, span['parentSpanId'], 8);
  encodeText(writer, 3, span['traceState'], `${path}.traceState`);
  encodeId(writer, 2, span['spanId'], 8);
  encodeId(writer, 1, span['traceId'], 16);
};

const encodeStatus: EncodeMessage = (writer, status, path) => {
  encodeEnum(writer, 3, status['code'], `${path}.code`);
  encodeText(writer, 2, status['message'], `${path}.message`);
};

const encodeEvent: EncodeMessage = (writer, event, path, depth) => {
  encodeUint32(writer, 4, event['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 3, event['attributes'], `${path}.attributes`, depth + 1, encodeKeyValue);
  encodeText(writer, 2, event['name'], `${path}.name`);
  encodeTime(writer, 1, event['timeUnixNano'], `${path}.timeUnixNano`);
};

const encodeLink: EncodeMessage = (writer, link, path, depth) => {
  encodeFlags(writer, 6, link['flags'], `${path}.flags`);
  encodeUint32(writer, 5, link['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 4, link['attributes'], `${path}.attributes`, depth + 1, encodeKeyValue);
  encodeText(writer, 3, link['traceState'], `${path}.traceState`);
  encodeId(writer, 2, link['spanId'], 8);
  encodeId(writer, 1, link['traceId'], 16);
};

const encodeLogRecord: EncodeMessage = (writer, record, path) => {
  encodeText(writer, 12, record['eventName'], `${path}.eventName`);
  encodeTime(writer, 11, record['observedTimeUnixNano'], `${path}.observedTimeUnixNano`);
  encodeId(writer, 10, record['spanId'], 8);
  encodeId(writer, 9, record['traceId'], 16);
  encodeFlags(writer, 8, record['flags'], `${path}.flags`);
  encodeUint32(writer, 7, record['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 6, record['attributes'], `${path}.attributes`, 1, encodeKeyValue);
  encodeChild(writer, 5, record['body'], `${path}.body`, 1, encodeAnyValue);
  encodeText(writer, 3, record['severityText'], `${path}.severityText`);
  encodeEnum(writer, 2, record['severityNumber'], `${path}.severityNumber`);
  encodeTime(writer, 1, record['timeUnixNano'], `${path}.timeUnixNano`);
};

function encodeId(writer: ReverseWriter, field: number, value: unknown, byteLength: number): void {
  const id = readHexId(value, byteLength);
  if (id !== undefined) writer.bytes(field, id);
}

function encodeEnum(writer: ReverseWriter, field: number, value: unknown, path: string): void {
  const number = readEnum(value, path);
  if (number !== undefined && number !== 0) writer.varintField(field, number);
}

function encodeTime(writer: ReverseWriter, field: number, value: unknown, path: string): void {
  const time = readUint64(value, path);
  if (time !== undefined && time !== 0n) writer.fixed64Field(field, time);
}

function encodeFlags(writer: ReverseWriter, field: number, value: unknown, path: string): void {
  const flags = readUint32(value, path);
  if (flags !== undefined && flags !== 0) writer.fixed32Field(field, flags);
}
