import { murmur2OfText, partitionOf } from './murmur2.ts';

/** The partition that a trace belongs to, for good: Kafka's murmur2 of its lower-case hex id. */
export function partitionOfTrace(traceIdHex: string, partitionCount: number): number {
  return partitionOf(murmur2OfText(traceIdHex), partitionCount);
}
