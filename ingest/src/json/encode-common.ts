import { MAX_NESTING } from '../wire/wire-reader.ts';
import {
  type JsonObject,
  notValid,
  readBase64,
  readBool,
  readDouble,
  readInt64,
  readList,
  readObject,
  readText,
  readUint32,
} from './read-value.ts';
import type { ReverseWriter } from './reverse-writer.ts';

/** Writes one element of a repeated message field: its body in reverse; the caller frames it. */
export type EncodeMessage = (writer: ReverseWriter, value: JsonObject, path: string, depth: number) => void;

/** Repeated messages, last first. */
export function encodeList(
  writer: ReverseWriter,
  field: number,
  list: unknown,
  path: string,
  depth: number,
  encode: EncodeMessage,
): void {
  const items = readList(list, path);
  for (let index = items.length - 1; index >= 0; index--) {
    const itemPath = `${path}[${index}]`;
    const mark = writer.written;
    encode(writer, readObject(items[index], itemPath) ?? {}, itemPath, depth);
    writer.message(field, mark);
  }
}

export function encodeResource(writer: ReverseWriter, value: JsonObject, path: string): void {
  encodeUint32(writer, 2, value['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 1, value['attributes'], `${path}.attributes`, 0, encodeKeyValue);
}

export function encodeScope(writer: ReverseWriter, value: JsonObject, path: string): void {
  encodeUint32(writer, 4, value['droppedAttributesCount'], `${path}.droppedAttributesCount`);
  encodeList(writer, 3, value['attributes'], `${path}.attributes`, 0, encodeKeyValue);
  encodeText(writer, 2, value['version'], `${path}.version`);
  encodeText(writer, 1, value['name'], `${path}.name`);
}

export const encodeKeyValue: EncodeMessage = (writer, value, path, depth) => {
  encodeChild(writer, 2, value['value'], `${path}.value`, depth + 1, encodeAnyValue);
  encodeText(writer, 1, value['key'], `${path}.key`);
};

export const encodeAnyValue: EncodeMessage = (writer, value, path, depth) => {
  // As deep as the wire reader still looks; deeper values spoil their span there.
  if (depth > MAX_NESTING + 1) return;
  const bytes = readBase64(value['bytesValue'], `${path}.bytesValue`);
  if (bytes !== undefined) writer.bytes(7, bytes);
  encodeChild(writer, 6, value['kvlistValue'], `${path}.kvlistValue`, depth + 1, (to, list, at, inner) =>
    encodeList(to, 1, list['values'], `${at}.values`, inner + 1, encodeKeyValue),
  );
  encodeChild(writer, 5, value['arrayValue'], `${path}.arrayValue`, depth + 1, (to, list, at, inner) =>
    encodeList(to, 1, list['values'], `${at}.values`, inner + 1, encodeAnyValue),
  );
  const double = readDouble(value['doubleValue'], `${path}.doubleValue`);
  if (double !== undefined) writer.doubleField(4, double);
  const int = readInt64(value['intValue'], `${path}.intValue`);
  if (int !== undefined) writer.varint64Field(3, int);
  const bool = readBool(value['boolValue'], `${path}.boolValue`);
  if (bool !== undefined) writer.varintField(2, bool ? 1 : 0);
  const text = readText(value['stringValue'], `${path}.stringValue`);
  if (text !== undefined) writer.text(1, text);
  if (ONE_OF.filter((key) => value[key] !== undefined && value[key] !== null).length > 1) {
    throw notValid(path, `one value (${ONE_OF.join(', ')})`, 'several');
  }
};

export function encodeChild(
  writer: ReverseWriter,
  field: number,
  value: unknown,
  path: string,
  depth: number,
  encode: EncodeMessage,
): void {
  const object = readObject(value, path);
  if (object === undefined) return;
  const mark = writer.written;
  encode(writer, object, path, depth);
  writer.message(field, mark);
}

export function encodeText(writer: ReverseWriter, field: number, value: unknown, path: string): void {
  const text = readText(value, path);
  if (text !== undefined && text !== '') writer.text(field, text);
}

export function encodeUint32(writer: ReverseWriter, field: number, value: unknown, path: string): void {
  const number = readUint32(value, path);
  if (number !== undefined && number !== 0) writer.varintField(field, number);
}

const ONE_OF = ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'];
