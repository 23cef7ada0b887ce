/** The few protobuf encodings that OTLP needs, for making payloads; the product's own writers are not used here. */
export function message(field: number, body: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

export function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

export function uint(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

export function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = (field << 3) | 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

/** A KeyValue of a span, resource or scope. */
export function attribute(key: string, value: string | number): Buffer {
  const encoded = typeof value === 'string' ? text(1, value) : uint(3, value);
  return Buffer.concat([text(1, key), message(2, encoded)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
