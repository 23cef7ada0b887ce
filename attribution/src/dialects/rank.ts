/**
 * Which of two spans of one call carries the charge: the higher rank. What only the other knows is taken over, so
 * the rank is about where in the agent's tree the charge should hang, then about whose numbers can be trusted.
 */
export const RANK = {
  /** Spans that state usage in our own meters, where the agent's author put them. */
  own: 50,
  /** Frameworks (LangChain, AI SDK, pydantic-ai ...): their spans hang beneath the agent, step and tool. */
  framework: 40,
  /** Instrumentations of a provider's client library; they may be roots of a trace of their own. */
  clientLibrary: 30,
  /** The SDK's own spans: the best numbers, but often in another trace than the agent. */
  nativeSdk: 20,
  /** Emitters whose numbers are known to be worse than the native SDK's for the same call. */
  belowNativeSdk: 15,
  /** Log events: the emitter's own word on the call, but its span, where there is one, hangs in the tree. */
  logEvent: 12,
  /** Gateways and the provider's side: they know least of the agent, and may serve several. */
  server: 10,
  /** What came over the wire, beneath the span of the call: the provider's own numbers, and nothing of the agent. */
  wire: 5,
  /** What cannot be a twin. */
  none: 0,
} as const;
