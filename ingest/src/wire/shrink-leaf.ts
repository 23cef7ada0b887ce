import type { CutSignal } from './request-index.ts';
import { WIRE_TYPE, WireReader } from './wire-reader.ts';

const TRUNCATED_ATTRIBUTES = 'spanledger.truncated_attributes';

/** Attributes that state usage, identity or cost; they stay whatever their size. */
const KEPT_KEY_PREFIXES = [
  'gen_ai.usage',
  'llm.token_count',
  'llm.usage',
  'ai.usage',
  'anthropic.usage',
  'spanledger.',
  'gen_ai.response.id',
  'gen_ai.response.model',
  'gen_ai.request.model',
];

const LEAF_FIELD = 2;
/** Field numbers of what may be dropped from a span or a log record: attributes, those of its events, its body. */
const LAYOUTS = {
  traces: { attributes: 9, events: 11, body: 0 },
  logs: { attributes: 6, events: 0, body: 5 },
} as const satisfies Record<CutSignal, object>;
const EVENT_ATTRIBUTES = 3;
/** The marker attribute, and lengths that may need another byte. */
const RESERVED_BYTES = 64;

type Layout = (typeof LAYOUTS)[CutSignal];
type Field = { readonly field: number; readonly start: number; readonly bodyStart: number; readonly end: number };

/**
 * Drops the largest attributes that carry no usage, of the span or log record and of its events, or its body, until it
 * fits into `maxBytes`, and adds the attribute `spanledger.truncated_attributes` with their count. `leaf` is the whole
 * field: tag, length and content. Undefined when it cannot be made to fit.
 */
export function shrinkLeaf(leaf: Buffer, signal: CutSignal, maxBytes: number): Buffer | undefined {
  const layout = LAYOUTS[signal];
  const reader = new WireReader();
  reader.open(leaf);
  reader.tag(leaf.length);
  const bodyEnd = reader.bodyEnd(leaf.length);
  const fields = fieldsOf(reader, reader.at, bodyEnd);
  const dropped = chooseDropped(reader, fields, layout, leaf.length + RESERVED_BYTES - maxBytes);
  if (dropped === undefined) return undefined;
  const kept = fields.filter((field) => !dropped.has(field.start));
  const parts = kept.map((field) => rewrite(reader, field, layout, dropped));
  parts.push(frame(layout.attributes, markerAttribute(dropped.size)));
  const shrunk = frame(LEAF_FIELD, Buffer.concat(parts));
  return shrunk.length <= maxBytes ? shrunk : undefined;
}

/** Start offsets of the attributes to drop, or undefined when all of them together are too small. */
function chooseDropped(
  reader: WireReader,
  fields: readonly Field[],
  layout: Layout,
  excessBytes: number,
): Set<number> | undefined {
  const candidates = fields
    .flatMap((field) => {
      if (field.field === layout.attributes || field.field === layout.body) return [field];
      if (field.field !== layout.events) return [];
      return fieldsOf(reader, field.bodyStart, field.end).filter((inner) => inner.field === EVENT_ATTRIBUTES);
    })
    .filter((part) => part.field === layout.body || !isKept(reader, part))
    .sort((left, right) => right.end - right.start - (left.end - left.start) || left.start - right.start);
  const dropped = new Set<number>();
  let excess = excessBytes;
  for (const attribute of candidates) {
    if (excess <= 0) break;
    dropped.add(attribute.start);
    excess -= attribute.end - attribute.start;
  }
  return excess <= 0 ? dropped : undefined;
}

function rewrite(reader: WireReader, field: Field, layout: Layout, dropped: ReadonlySet<number>): Buffer {
  const inner = field.field === layout.events ? fieldsOf(reader, field.bodyStart, field.end) : [];
  const kept = inner.filter((attribute) => !dropped.has(attribute.start));
  if (kept.length === inner.length) return slice(reader, field.start, field.end);
  return frame(field.field, Buffer.concat(kept.map((attribute) => slice(reader, attribute.start, attribute.end))));
}

function isKept(reader: WireReader, attribute: Field): boolean {
  const key = fieldsOf(reader, attribute.bodyStart, attribute.end).findLast((field) => field.field === 1);
  if (key === undefined) return false;
  const text = slice(reader, key.bodyStart, Math.min(key.end, key.bodyStart + 64)).toString('latin1');
  return KEPT_KEY_PREFIXES.some((prefix) => text.startsWith(prefix));
}

function fieldsOf(reader: WireReader, start: number, end: number): Field[] {
  const fields: Field[] = [];
  reader.at = start;
  while (reader.at < end) {
    const fieldStart = reader.at;
    const tag = reader.tag(end);
    const isLengthDelimited = (tag & 7) === WIRE_TYPE.length;
    const fieldEnd = isLengthDelimited ? reader.bodyEnd(end) : 0;
    const bodyStart = reader.at;
    if (isLengthDelimited) reader.at = fieldEnd;
    else reader.skip(tag & 7, end);
    fields.push({ field: Math.floor(tag / 8), start: fieldStart, bodyStart, end: reader.at });
  }
  return fields;
}

function slice(reader: WireReader, start: number, end: number): Buffer {
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + start, end - start);
}

function markerAttribute(count: number): Buffer {
  const value = frame(2, Buffer.concat([Buffer.from([3 * 8 + WIRE_TYPE.varint]), varint(count)]));
  return Buffer.concat([frame(1, Buffer.from(TRUNCATED_ATTRIBUTES)), value]);
}

function frame(field: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + WIRE_TYPE.length]), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
