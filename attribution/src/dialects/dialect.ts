import type { AttributeBag } from '../decode/attribute-bag.ts';
import type { Classification, ResourceFacts, SpanIdentity } from '../facts.ts';

/**
 * How one family of emitters states what a span is. Pure: it reads the attributes it is given and returns facts.
 * The version rises with every change of what the rules answer; it is stored with each charge.
 */
export type Dialect = {
  /** Name and version, such as `openinference@1`. */
  readonly id: string;
  /** Whether spans of this scope may speak it; asked once per scope. Without it, those of any scope may. */
  readonly mayComeFrom?: (scopeName: string) => boolean;
  /** Whether the span speaks this dialect; asked in the order of the table, the first that does decides. */
  matches(attributes: AttributeBag, identity: SpanIdentity): boolean;
  classify(attributes: AttributeBag, identity: SpanIdentity, resource: ResourceFacts): Classification;
};
