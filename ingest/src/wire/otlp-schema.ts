/**
 * What the wire reader knows of OTLP (opentelemetry-proto 1.11): per message which field numbers exist and how each is
 * encoded. Fields that are not listed are unknown: skipped by their wire type, and kept.
 */
export const FIELD_KIND = {
  unknown: 0,
  varint: 1,
  fixed64: 2,
  fixed32: 3,
  string: 4,
  bytes: 5,
  traceId: 6,
  spanId: 7,
  parentSpanId: 8,
  /** A message of type T is `message + T`. */
  message: 9,
} as const;

export const MESSAGE = {
  keyValue: 0,
  anyValue: 1,
  arrayValue: 2,
  keyValueList: 3,
  resource: 4,
  scope: 5,
  span: 6,
  spanEvent: 7,
  spanLink: 8,
  spanStatus: 9,
  logRecord: 10,
  entityRef: 11,
  metric: 12,
  metricData: 13,
} as const;

/** Field numbers of the three levels around spans, log records and metrics: the same in all three requests. */
export const ENVELOPE = { groups: 1, resource: 1, scopes: 2, scope: 1, leaves: 2, schemaUrl: 3 } as const;

export const FIELDS_PER_MESSAGE = 32;

const K = FIELD_KIND;
const of = (message: number): number => K.message + message;
const attributes = of(MESSAGE.keyValue);

const FIELDS: Record<keyof typeof MESSAGE, Record<number, number>> = {
  keyValue: { 1: K.string, 2: of(MESSAGE.anyValue) },
  anyValue: {
    1: K.string,
    2: K.varint,
    3: K.varint,
    4: K.fixed64,
    5: of(MESSAGE.arrayValue),
    6: of(MESSAGE.keyValueList),
    7: K.bytes,
  },
  arrayValue: { 1: of(MESSAGE.anyValue) },
  keyValueList: { 1: attributes },
  resource: { 1: attributes, 2: K.varint, 3: of(MESSAGE.entityRef) },
  scope: { 1: K.string, 2: K.string, 3: attributes, 4: K.varint },
  span: {
    1: K.traceId,
    2: K.spanId,
    3: K.string,
    4: K.parentSpanId,
    5: K.string,
    6: K.varint,
    7: K.fixed64,
    8: K.fixed64,
    9: attributes,
    10: K.varint,
    11: of(MESSAGE.spanEvent),
    12: K.varint,
    13: of(MESSAGE.spanLink),
    14: K.varint,
    15: of(MESSAGE.spanStatus),
    16: K.fixed32,
  },
  spanEvent: { 1: K.fixed64, 2: K.string, 3: attributes, 4: K.varint },
  spanLink: { 1: K.bytes, 2: K.bytes, 3: K.string, 4: attributes, 5: K.varint, 6: K.fixed32 },
  spanStatus: { 2: K.string, 3: K.varint },
  logRecord: {
    1: K.fixed64,
    2: K.varint,
    3: K.string,
    5: of(MESSAGE.anyValue),
    6: attributes,
    7: K.varint,
    8: K.fixed32,
    9: K.traceId,
    10: K.spanId,
    11: K.fixed64,
    12: K.string,
  },
  entityRef: { 1: K.string, 2: K.string, 3: K.string, 4: K.string },
  metric: {
    1: K.string,
    2: K.string,
    3: K.string,
    5: of(MESSAGE.metricData),
    7: of(MESSAGE.metricData),
    9: of(MESSAGE.metricData),
    10: of(MESSAGE.metricData),
    11: of(MESSAGE.metricData),
    12: attributes,
  },
  /** Gauge, Sum, Histogram, ExponentialHistogram and Summary: data points are counted, not read. */
  metricData: { 1: K.bytes, 2: K.varint, 3: K.varint },
};

/** FIELD_KIND by `message * FIELDS_PER_MESSAGE + field number`. */
export const FIELD_KINDS: Uint8Array = (() => {
  const kinds = new Uint8Array(Object.keys(MESSAGE).length * FIELDS_PER_MESSAGE);
  for (const [name, fields] of Object.entries(FIELDS)) {
    const message = MESSAGE[name as keyof typeof MESSAGE];
    for (const [field, kind] of Object.entries(fields)) kinds[message * FIELDS_PER_MESSAGE + Number(field)] = kind;
  }
  return kinds;
})();
