import { createHash } from 'node:crypto';
import type { OwnLineage, ResourceFacts } from '../facts.ts';
import type { AttributeBag } from './attribute-bag.ts';
import { attributeKey } from './attribute-keys.ts';
import { latin1Slice } from './slices.ts';
import { malformed, type WireCursor } from './wire-cursor.ts';

/** Reads the lineage that attributes state; the dialects' room has the table of keys. */
export type ReadLineage = (attributes: AttributeBag) => OwnLineage;

/** Resources remembered, by their bytes; when full, all are forgotten and learnt again. */
const MAX_REMEMBERED_RESOURCES = 1024;
/** Larger resources are read anew each time. */
const MAX_REMEMBERED_BYTES = 16_384;
/** Tags of Resource.attributes and InstrumentationScope.attributes. */
const RESOURCE_ATTRIBUTES = 0x0a;
const SCOPE_ATTRIBUTES = 0x1a;

const SERVICE_NAME = attributeKey('service.name');

/** Computes the facts of a resource once per distinct resource. */
export class ResourceReader {
  readonly #attributes: AttributeBag;
  readonly #readLineage: ReadLineage;
  readonly #known = new Map<string, ResourceFacts>();

  constructor(attributes: AttributeBag, readLineage: ReadLineage) {
    this.#attributes = attributes;
    this.#readLineage = readLineage;
  }

  /** The facts of the Resource between `start` and `end`; the same object for the same bytes. */
  resource(cursor: WireCursor, start: number, end: number): ResourceFacts {
    const key = latin1Slice(cursor.bytes, start, end);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const pairs = this.#collect(cursor, start, end, RESOURCE_ATTRIBUTES);
    const facts: ResourceFacts = {
      serviceName: this.#attributes.string(SERVICE_NAME),
      processKey: processKeyOf(pairs),
      lineage: this.#readLineage(this.#attributes),
    };
    if (this.#known.size >= MAX_REMEMBERED_RESOURCES) this.#known.clear();
    if (key.length <= MAX_REMEMBERED_BYTES) this.#known.set(key, facts);
    return facts;
  }

  /** The resource's facts with what the attributes of an InstrumentationScope say laid over them. */
  scope(cursor: WireCursor, start: number, end: number, resource: ResourceFacts): ResourceFacts {
    if (this.#collect(cursor, start, end, SCOPE_ATTRIBUTES).length === 0) return resource;
    return { ...resource, lineage: nearest(this.#readLineage(this.#attributes), resource.lineage) };
  }

  #collect(cursor: WireCursor, start: number, end: number, attributesTag: number): string[] {
    const pairs: string[] = [];
    this.#attributes.clear();
    cursor.position = start;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag !== attributesTag) {
        cursor.skip(tag, end);
        continue;
      }
      const pairEnd = cursor.lengthEnd(end);
      if (!this.#attributes.add(cursor.position, pairEnd)) throw malformed('a broken attribute', cursor.position);
      pairs.push(latin1Slice(cursor.bytes, cursor.position, pairEnd));
      cursor.position = pairEnd;
    }
    return pairs;
  }
}

/** Equal for equal attributes in any order; '' when there are none, because that tells nothing of the process. */
function processKeyOf(pairs: string[]): string {
  if (pairs.length === 0) return '';
  const hash = createHash('sha256');
  for (const pair of pairs.sort()) hash.update(`${pair.length}:`).update(pair, 'latin1');
  return hash.digest('hex').slice(0, 32);
}

function nearest(near: OwnLineage, far: OwnLineage): OwnLineage {
  return {
    sessionId: near.sessionId || far.sessionId,
    userId: near.userId || far.userId,
    team: near.team || far.team,
    project: near.project || far.project,
    agentName: near.agentName || far.agentName,
    environment: near.environment || far.environment,
  };
}
