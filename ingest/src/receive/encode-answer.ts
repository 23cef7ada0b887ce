import { ReverseWriter } from '../json/reverse-writer.ts';
import type { Encoding, Signal } from './receiver.ts';
import { REFUSALS, type Refusal } from './refusal.ts';

const EMPTY = Buffer.alloc(0);
const EMPTY_JSON = Buffer.from('{}');
const MAX_MESSAGE_CHARACTERS = 4096;
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
const REJECTED_NAMES: Record<Signal, string> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** An Export…ServiceResponse. On full success `partial_success` is not set. */
export function encodeSuccess(encoding: Encoding, signal: Signal, rejected: number, message: string): Buffer {
  if (rejected === 0 && message === '') return encoding === 'json' ? EMPTY_JSON : EMPTY;
  const errorMessage = shortened(message);
  if (encoding === 'json') {
    return json({ partialSuccess: { [REJECTED_NAMES[signal]]: String(rejected), errorMessage } });
  }
  const writer = new ReverseWriter();
  writer.text(2, errorMessage);
  if (rejected > 0) writer.varintField(1, rejected);
  writer.message(1, 0);
  return writer.finish();
}

/** A google.rpc.Status with RetryInfo for what can be retried and BadRequest for what cannot be read. */
export function encodeStatus(encoding: Encoding, refusal: Refusal, retryAfterSeconds: number): Buffer {
  const { grpc: code, retryable } = REFUSALS[refusal.kind];
  const message = shortened(refusal.message);
  const isBadRequest = refusal.kind === 'malformed';
  if (encoding === 'json') {
    const details: unknown[] = [];
    if (retryable) details.push({ '@type': RETRY_INFO, retryDelay: `${retryAfterSeconds}s` });
    if (isBadRequest) details.push({ '@type': BAD_REQUEST, fieldViolations: [{ description: message }] });
    return json(details.length === 0 ? { code, message } : { code, message, details });
  }
  const writer = new ReverseWriter();
  if (retryable)
    detail(writer, RETRY_INFO, () => {
      const mark = writer.written;
      writer.varintField(1, retryAfterSeconds);
      writer.message(1, mark);
    });
  if (isBadRequest)
    detail(writer, BAD_REQUEST, () => {
      const mark = writer.written;
      writer.text(2, message);
      writer.message(1, mark);
    });
  writer.text(2, message);
  writer.varintField(1, code);
  return writer.finish();
}

/** One google.protobuf.Any in `details`. */
function detail(writer: ReverseWriter, typeUrl: string, writeBody: () => void): void {
  const outer = writer.written;
  writeBody();
  writer.message(2, outer);
  writer.text(1, typeUrl);
  writer.message(3, outer);
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_CHARACTERS ? `${message.slice(0, MAX_MESSAGE_CHARACTERS)}…` : message;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
