import { ENVELOPE, MESSAGE } from './otlp-schema.ts';
import { WIRE_TYPE, WireReader } from './wire-reader.ts';

const DATA_POINTS = 1;
/** Fields of a Metric that hold data points: gauge, sum, histogram, exponential histogram, summary. */
const DATA_FIELDS: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);

/** Data points in an ExportMetricsServiceRequest. Throws SPL_INGEST_MALFORMED for broken protobuf. */
export function countMetricPoints(bytes: Uint8Array): number {
  const reader = new WireReader();
  reader.open(bytes);
  let points = 0;
  eachField(reader, bytes.length, isField(ENVELOPE.groups), (groupEnd) =>
    eachField(reader, groupEnd, isField(ENVELOPE.scopes), (scopeEnd) =>
      eachField(reader, scopeEnd, isField(ENVELOPE.leaves), (metricEnd) => {
        const start = reader.at;
        reader.checkMessage(MESSAGE.metric, metricEnd, 0);
        reader.at = start;
        eachField(
          reader,
          metricEnd,
          (field) => DATA_FIELDS.has(field),
          (dataEnd) =>
            eachField(reader, dataEnd, isField(DATA_POINTS), () => {
              points += 1;
            }),
        );
      }),
    ),
  );
  return points;
}

function isField(wanted: number): (field: number) => boolean {
  return (field) => field === wanted;
}

/** Calls `visit` with the end of each chosen length-delimited field in [at, end); passes over all others. */
function eachField(
  reader: WireReader,
  end: number,
  isChosen: (field: number) => boolean,
  visit: (fieldEnd: number) => void,
): void {
  while (reader.at < end) {
    const tag = reader.tag(end);
    if ((tag & 7) === WIRE_TYPE.length && isChosen(Math.floor(tag / 8))) {
      const fieldEnd = reader.bodyEnd(end);
      visit(fieldEnd);
      reader.at = fieldEnd;
    } else reader.skip(tag & 7, end);
  }
}
