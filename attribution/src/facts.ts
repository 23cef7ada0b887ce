import type { Meter, Picodollars } from '@spanledger/schemas';

/** What a span is for the ledger. Only `model_request` and `api_call` can be charged. */
export type SpanRole = 'model_request' | 'agent' | 'step' | 'tool_call' | 'api_call' | 'other';

/**
 * Quantity of one meter in 10^-9 of its unit; meters of one usage never overlap. `model` stands only on what another model
 * than the call's served (an adviser, an image tool), and is priced as that model's.
 */
export type MeterQuantity = { readonly meter: Meter; readonly quantityNano: bigint; readonly model?: string };

/**
 * What one physical call used. `none` says why there is no usage to charge.
 * `assumed` marks usage whose split into meters rests on a guess of the rule's, with the reason; `source` names the
 * attributes or the raw JSON that the usage was read from.
 */
export type Usage =
  | {
      readonly status: 'stated';
      readonly meters: readonly MeterQuantity[];
      readonly assumed: string;
      readonly source: string;
    }
  | { readonly status: 'none'; readonly reason: string };

/** Lineage that the span's own attributes state; '' where they do not. */
export type OwnLineage = {
  readonly sessionId: string;
  readonly userId: string;
  readonly team: string;
  readonly project: string;
  readonly agentName: string;
  readonly environment: string;
};

/** Facts of a model request or an API call, as the dialect read them. '' where the span does not tell. */
export type CallFacts = {
  /** Canonical provider name (schemas `canonicalProvider`). */
  readonly provider: string;
  readonly requestModel: string;
  readonly responseModel: string;
  /** `chat`, `embeddings`, `text_completion`, ... (OpenTelemetry's gen_ai.operation.name). */
  readonly operation: string;
  readonly responseId: string;
  /**
   * The tier that served the call; the requested one only where nothing better is known. Other modes that a price depends
   * on (`search_type:fast`) stand beside it, joined by `+`.
   */
  readonly serviceTier: string;
  readonly region: string;
  readonly serverAddress: string;
  readonly usage: Usage;
  /** Cost as the emitter states it, in USD; undefined when it states none or 0. Never mixed into ours. */
  readonly reportedCost: Picodollars | undefined;
};

/** What a dialect says of one span. */
export type Classification = {
  /** Dialect and its version, such as `openinference@1`. */
  readonly dialect: string;
  /** The rule that decided, such as `openinference.llm.output-value`. */
  readonly rule: string;
  readonly role: SpanRole;
  /**
   * Which of two spans of one call carries the charge: the higher rank. A framework's span ranks above the client
   * library's, because it hangs in the agent's tree; what only the other knows is taken over.
   */
  readonly rank: number;
  readonly own: OwnLineage;
  /** For model requests and API calls. */
  readonly call: CallFacts | undefined;
  /** Usage that an agent, step or chain span repeats from the calls beneath it; never charged. */
  readonly aggregate: readonly MeterQuantity[];
  /**
   * True for an agent span whose calls happen at the provider (a remote agent: kind CLIENT), and for a request that is
   * only assumed to be one: it is charged when no model request lies beneath it. Its usage then stands in `call`.
   */
  readonly remoteAgent: boolean;
  readonly toolName: string;
  readonly toolCallId: string;
};

/** One span as the decoder reads it from the bytes, before a dialect looks at it; the tree's facts. */
export type SpanIdentity = {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** 16 lower-case hex digits, '' for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** OTLP span kind 0-5. */
  readonly otlpKind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** OTLP status code 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Size of the serialised span in bytes. */
  readonly sizeBytes: number;
};

/** Facts of the resource that spans came from; one object shared by all spans of a ResourceSpans. */
export type ResourceFacts = {
  readonly serviceName: string;
  /** Hash of all resource attributes: equal for two spans of the same process. */
  readonly processKey: string;
  readonly lineage: OwnLineage;
};

export type DecodedSpan = {
  readonly identity: SpanIdentity;
  readonly resource: ResourceFacts;
  readonly classification: Classification;
};
