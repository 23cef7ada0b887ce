import { createHash } from 'node:crypto';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { EventRecord } from './read-events.ts';

/** The ids of the span that an event becomes: the same for the same event, however often it comes. */
export type EventIdentity = { readonly traceId: Buffer; readonly spanId: Buffer };

const SESSION_IDS = spellings('session.id', 'gen_ai.conversation.id', 'conversation.id');
/** Names of one request. A response id may come again (local servers' do), so it never stands alone below. */
const REQUEST_IDS = spellings('request_id', 'gen_ai.response.id', 'response_id');
const SEQUENCE = attributeKey('event.sequence');

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/**
 * The trace is the record's own, or one made of tenant and session, so that a session without spans reads as one. The span
 * is made of the session, the moment, and what names the request: its id, its place in the session, or all that the record says.
 */
export function eventIdentity(tenant: string, record: EventRecord, attributes: AttributeBag): EventIdentity {
  const session = attributes.firstString(SESSION_IDS);
  const about = [record.event.name, tenant, session, `${record.timeNs}`, nameOfRequest(record, attributes)];
  const spanId = hashOf(about, SPAN_ID_BYTES);
  if (record.traceId !== undefined) return { traceId: record.traceId, spanId };
  // Without a session nothing is known to belong together: each request has a trace of its own.
  return { traceId: hashOf(session === '' ? about : ['session', tenant, session], TRACE_ID_BYTES), spanId };
}

function nameOfRequest(record: EventRecord, attributes: AttributeBag): string {
  const id = attributes.firstString(REQUEST_IDS);
  if (id !== '') return `id ${id}`;
  const sequence = attributes.string(SEQUENCE);
  return sequence === '' ? `content ${contentOf(record)}` : `sequence ${sequence}`;
}

/** In whatever order a collector on the way may have put the attributes. */
function contentOf({ attributes }: EventRecord): string {
  return attributes
    .map((attribute) => attribute.toString('base64'))
    .sort()
    .join(' ');
}

/** Never all zeros in practice; parts are told apart by their lengths. */
function hashOf(parts: readonly string[], bytes: number): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest().subarray(0, bytes);
}
