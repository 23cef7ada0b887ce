import { murmur2, murmur2OfHex, partitionOf } from '@spanledger/spanlog';
import { ingestError } from '../errors.ts';
import { createBufferPool } from './buffer-pool.ts';
import { Int32Column } from './int32-column.ts';
import {
  NO_REJECTIONS,
  REASONS_IN_ORDER,
  REJECTION_REASONS,
  type RejectionReason,
  type Rejections,
} from './rejections.ts';
import { type CutSignal, FAULT, NO_FAULT, RequestIndex } from './request-index.ts';
import { shrinkLeaf } from './shrink-leaf.ts';
import { envelopeSize, SliceWriter } from './slice-writer.ts';

export type CutLimits = {
  /** The largest value of one log record, in bytes. */
  readonly maxRecordBytes: number;
  /** The most that all slices of one request may have in bytes: resources are repeated in every slice. */
  readonly maxCutBytes: number;
};

/** A part of a request for one partition: itself a valid request of the same kind. */
export type Slice = { readonly partition: number; readonly value: Uint8Array };

export type Cut = {
  readonly slices: readonly Slice[];
  /** Spans or log records in the slices. */
  readonly accepted: number;
  /** Spans or log records that lost attributes to fit into a record of the log. */
  readonly truncated: number;
  readonly rejections: Rejections;
  /** Lets the slices' memory be used again; to be called when nobody reads them any more, or never. */
  readonly release: () => void;
};

export const DEFAULT_CUT_LIMITS: CutLimits = { maxRecordBytes: 8 * 1024 * 1024, maxCutBytes: 128 * 1024 * 1024 };

const MAX_EXAMPLES = 5;
const NOT_TAKEN = -1;

/**
 * Cuts an ExportTraceServiceRequest into slices by trace: partition = murmur2 of the lower-case hexadecimal trace id.
 * A request that goes whole to one partition is passed through uncut. Spans with faults are left out and listed.
 * Throws SPL_INGEST_MALFORMED for broken protobuf, SPL_INGEST_TOO_LARGE when the slices would exceed `maxCutBytes`.
 */
export function cutTraceRequest(bytes: Uint8Array, partitionCount: number, limits = DEFAULT_CUT_LIMITS): Cut {
  return cut(bytes, 'traces', partitionCount, limits);
}

/** The same for an ExportLogsServiceRequest; a record without a trace goes where its resource's bytes hash to. */
export function cutLogsRequest(bytes: Uint8Array, partitionCount: number, limits = DEFAULT_CUT_LIMITS): Cut {
  return cut(bytes, 'logs', partitionCount, limits);
}

const index = new RequestIndex();
const partitions = new Int32Column();
const writer = new SliceWriter(index, partitions);
const pool = createBufferPool();
const nothing = (): void => undefined;

function cut(bytes: Uint8Array, signal: CutSignal, partitionCount: number, limits: CutLimits): Cut {
  const request = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  index.scan(request, signal);
  const { source, truncated } = shrinkLargeLeaves(request, signal, limits.maxRecordBytes);
  const rejections = assignPartitions(source, partitionCount);
  const accepted = index.leafStart.length - rejections.total;
  if (accepted === 0) return { slices: [], accepted, truncated: 0, rejections, release: nothing };
  const only = partitions.get(0);
  if (rejections.total === 0 && source === request && request.length <= limits.maxRecordBytes && allGoTo(only)) {
    return { slices: [{ partition: only, value: request }], accepted, truncated, rejections, release: nothing };
  }
  writer.plan(partitionCount, limits.maxRecordBytes);
  if (writer.totalBytes > limits.maxCutBytes) throw tooLargeAfterCutting(writer.totalBytes, limits.maxCutBytes);
  const { bytes: target, release } = pool.take(writer.totalBytes);
  return { slices: writer.write(source, target), accepted, truncated, rejections, release };
}

/** Leaves too large for a log record are replaced by smaller ones behind the request's bytes, or marked as faulty. */
function shrinkLargeLeaves(
  request: Buffer,
  signal: CutSignal,
  maxRecordBytes: number,
): { source: Buffer; truncated: number } {
  if (request.length <= maxRecordBytes) return { source: request, truncated: 0 };
  const parts = [request];
  let end = request.length;
  let truncated = 0;
  for (let leaf = 0; leaf < index.leafStart.length; leaf++) {
    const room = maxRecordBytes - envelopeSize(index, leaf);
    const start = index.leafStart.get(leaf);
    if (index.faultOf(leaf) !== NO_FAULT || index.leafEnd.get(leaf) - start <= room) continue;
    const smaller = shrinkLeaf(request.subarray(start, index.leafEnd.get(leaf)), signal, room);
    if (smaller === undefined) {
      index.leafFault.set(leaf, FAULT.too_large);
      continue;
    }
    index.leafStart.set(leaf, end);
    parts.push(smaller);
    end += smaller.length;
    index.leafEnd.set(leaf, end);
    truncated += 1;
  }
  return { source: truncated === 0 ? request : Buffer.concat(parts, end), truncated };
}

function assignPartitions(source: Buffer, partitionCount: number): Rejections {
  const count = index.leafStart.length;
  partitions.reset(count);
  let rejected = 0;
  for (let leaf = 0; leaf < count; leaf++) {
    if (index.faultOf(leaf) !== NO_FAULT) {
      partitions.set(leaf, NOT_TAKEN);
      rejected += 1;
    } else partitions.set(leaf, partitionOf(keyHash(source, leaf), partitionCount));
  }
  return rejected === 0 ? NO_REJECTIONS : listRejections();
}

function keyHash(source: Buffer, leaf: number): number {
  const traceIdAt = index.leafTraceId.get(leaf);
  if (traceIdAt >= 0) return murmur2OfHex(source, traceIdAt, 16);
  const [start, end] = index.groupPieces.firstPiece(index.scopeGroup.get(index.leafScope.get(leaf)));
  return murmur2(source, start, end);
}

function listRejections(): Rejections {
  const byReason = new Map<RejectionReason, number>();
  const examples: string[] = [];
  let total = 0;
  for (let leaf = 0; leaf < index.leafStart.length; leaf++) {
    const reason = REASONS_IN_ORDER[index.faultOf(leaf) - 1];
    if (reason === undefined) continue;
    total += 1;
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
    if (examples.length < MAX_EXAMPLES) examples.push(`${index.pathOf(leaf)}${REJECTION_REASONS[reason]}`);
  }
  return { total, byReason, examples };
}

function allGoTo(partition: number): boolean {
  for (let leaf = 1; leaf < partitions.length; leaf++) if (partitions.get(leaf) !== partition) return false;
  return true;
}

function tooLargeAfterCutting(bytes: number, limit: number) {
  return ingestError(
    'SPL_INGEST_TOO_LARGE',
    `Cut by partition, with its resources repeated, the request would have ${bytes} bytes; the limit is ${limit}. ` +
      'Send smaller batches or smaller resources.',
  );
}
