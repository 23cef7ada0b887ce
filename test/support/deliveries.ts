import { type LoneSpan, requestOf, type TraceRequest } from './otlp.ts';
import type { Product } from './product.ts';
import { sendAll, sendJson } from './send.ts';

/** Requests of one sender that wait for their answers at a time; they still leave in their order. */
const IN_FLIGHT = 8;

/** Sends the spans in this order, so many a request. */
export async function sendInBatches(
  product: Product,
  secret: string,
  ordered: readonly LoneSpan[],
  size: number,
): Promise<void> {
  const batches: TraceRequest[] = [];
  for (let at = 0; at < ordered.length; at += size) batches.push(requestOf(ordered.slice(at, at + size)));
  await sendAll(batches, IN_FLIGHT, (batch) => sendJson(product, batch, secret));
}

/** Deals the spans of each trace, in their order, into as many parts as there are rounds. */
export function dealt(ordered: readonly LoneSpan[], rounds: number): LoneSpan[][] {
  const parts: LoneSpan[][] = Array.from({ length: rounds }, () => []);
  for (const ofTrace of Map.groupBy(ordered, ({ span }) => span.traceId).values()) {
    for (const [index, lone] of ofTrace.entries()) parts[Math.floor((index * rounds) / ofTrace.length)]?.push(lone);
  }
  return parts;
}
