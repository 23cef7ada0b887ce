import type { Meters, ServerSentEvent } from '../../../deploy/demo/stand-in/provider-call.ts';
import type { Json } from './conversation.ts';

/** One model request that the stand-in answered: what the provider would bill for it. */
export type AnsweredCall = {
  readonly provider: 'openai' | 'anthropic' | 'gemini' | 'bedrock';
  readonly api: string;
  readonly requestModel: string;
  readonly responseModel: string;
  /** As the body states it. Embeddings and Bedrock's Converse have none. */
  readonly responseId: string | undefined;
  readonly streamed: boolean;
  /** By the ledger's meters, which never overlap. */
  readonly usage: Meters;
  /** Calls of the caller's tools that the answer asks for. */
  readonly toolCalls: readonly { readonly id: string; readonly name: string }[];
};

/** An answered call as it is told: with where it came in and how it ended. */
export type TrueCall = AnsweredCall & {
  /** What stands before the API's own path: tells runs apart that share one stand-in. */
  readonly run: string;
  /** False while it is answered, and for ever where the caller hung up. */
  completed: boolean;
};

/** A body, or the pieces of a stream. */
export type Answer =
  | { readonly kind: 'json'; readonly body: Json; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'events'; readonly events: readonly ServerSentEvent[] }
  | { readonly kind: 'aws-events'; readonly events: readonly AwsEvent[] };

/** One message of an AWS event stream. */
export type AwsEvent = { readonly type: string; readonly payload: Json };

export type Answered = { readonly call: AnsweredCall; readonly answer: Answer };

/** `path` is what follows the run's prefix; a Gemini or Bedrock request names its model there. */
export type ModelRequest = { readonly path: string; readonly query: URLSearchParams; readonly body: Json };
