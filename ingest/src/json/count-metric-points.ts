import { parseJsonRequest } from './parse-json.ts';
import { type JsonObject, readList, readObject } from './read-value.ts';

const DATA_KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];

/** Data points in an ExportMetricsServiceRequest in OTLP/JSON. Throws SPL_INGEST_MALFORMED. */
export function countJsonMetricPoints(json: Uint8Array): number {
  const groups = children([parseJsonRequest(json)], 'resourceMetrics');
  const metrics = children(children(groups, 'scopeMetrics'), 'metrics');
  const data = metrics.flatMap((metric) => DATA_KINDS.map((kind) => readObject(metric[kind], kind) ?? {}));
  return children(data, 'dataPoints').length;
}

function children(parents: readonly JsonObject[], key: string): JsonObject[] {
  return parents.flatMap((parent) =>
    readList(parent[key], key).map((item, index) => readObject(item, `${key}[${index}]`) ?? {}),
  );
}
