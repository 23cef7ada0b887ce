/** What an emitter's spans do not say; each word stands for what the ledger then has instead of the truth. */
export type Untold =
  /** Cached tokens are plain input. */
  | 'cached tokens'
  /** Cached tokens are charged nowhere: the input leaves them out. */
  | 'cached tokens at all'
  | 'cached tokens of Converse streams'
  /** Cache writes of 5 minutes and of an hour are one. */
  | 'cache lifetimes'
  | 'cache lifetimes of streams'
  /** Reasoning is plain output. */
  | 'reasoning'
  | 'reasoning of chat'
  | 'reasoning of chat streams'
  | 'web searches'
  | 'web searches of streams'
  /** Output counts the placeholder of a stream's first event too. */
  | 'exact output of Anthropic streams'
  /** Calls that are `no_usage`. */
  | 'usage of Converse'
  | 'usage of chat streams'
  | 'usage of streams'
  | 'usage of embeddings'
  /** Calls without a span. */
  | 'embeddings'
  /** Tools that ran without a span. */
  | 'tool calls';

/** How an emitter's spans are sent here, as a run that anybody can repeat. The folder holds the lines that docs/emitters.md shows. */
export type Guide = {
  readonly packages: Readonly<Record<string, string>>;
  /** Arguments of `node` or `python`. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Model calls that the run makes, so that a run without any is a failure. */
  readonly calls: number;
  readonly cannotTell: readonly Untold[];
  /** Calls that have no price because the emitter does not name their model. @default 0 */
  readonly unpriced?: number;
  /** What every charge of the run must have, by column of `spanledger.charges`. */
  readonly lineage?: Readonly<Record<string, string>>;
  /** Inserted after the run's name in the stand-in's path: `/refuse-once`, `/slow`. */
  readonly treatment?: string;
};
