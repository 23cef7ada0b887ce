/**
 * What `buffer.toString(encoding, start, end)` calls inside: the same natives without the choice of an encoding,
 * which costs as much as the text of a short id. Old, unlisted in the types, and used by protobufjs too.
 */
type Slices = Buffer & {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
};

export function utf8Slice(bytes: Buffer, start: number, end: number): string {
  return (bytes as Slices).utf8Slice(start, end);
}

export function latin1Slice(bytes: Buffer, start: number, end: number): string {
  return (bytes as Slices).latin1Slice(start, end);
}
