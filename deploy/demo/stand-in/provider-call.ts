import type { Meter } from '@spanledger/schemas';

/** Quantities by meter; a meter that is absent is 0. Meters never overlap. */
export type Meters = { readonly [meter in Meter]?: number };

/** One model request that the stand-in answered and would have billed. */
export type ProviderCall = {
  readonly provider: 'openai' | 'anthropic';
  readonly api: 'chat.completions' | 'responses' | 'embeddings' | 'messages';
  readonly requestModel: string;
  readonly responseModel: string;
  /** Embeddings have none. */
  readonly responseId: string | undefined;
  readonly streamed: boolean;
  readonly meters: Meters;
};

/** How a request is answered: one JSON body, or server-sent events. */
export type Answer =
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'events'; readonly events: readonly ServerSentEvent[] };

/** `event` is left out where the real API sends only `data:` lines. */
export type ServerSentEvent = { readonly event?: string; readonly data: unknown };

export type Answered = { readonly call: ProviderCall; readonly answer: Answer };

/** Makes an id that no other response of any run has. */
export type IdSource = (prefix: string) => string;

/** Drops meters of quantity 0. */
export function usedMeters(meters: Meters): Meters {
  return Object.fromEntries(Object.entries(meters).filter(([, quantity]) => quantity > 0));
}
