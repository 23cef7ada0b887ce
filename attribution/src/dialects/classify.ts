import type { AttributeBag } from '../decode/attribute-bag.ts';
import type { Classification, ResourceFacts, SpanIdentity } from '../facts.ts';
import { anthropicSdk } from './anthropic-sdk.ts';
import { claudeCode } from './claude-code.ts';
import { claudeCodeEvents } from './claude-code-events.ts';
import { codex } from './codex.ts';
import type { Dialect } from './dialect.ts';
import { geminiCliEvents } from './gemini-cli-events.ts';
import { genAiEvents } from './gen-ai-events.ts';
import { googleAdk } from './google-adk.ts';
import { haystack } from './haystack.ts';
import { httpClient } from './http-client.ts';
import { langfuse } from './langfuse.ts';
import { langsmith } from './langsmith.ts';
import { litellm } from './litellm.ts';
import { litellmRaw } from './litellm-raw.ts';
import { logfireClient } from './logfire-client.ts';
import { logfireOpenAiAgents } from './logfire-openai-agents.ts';
import { mastra } from './mastra.ts';
import { mcp } from './mcp.ts';
import { memoByName } from './memo-by-name.ts';
import { mlflow } from './mlflow.ts';
import { openInference } from './openinference.ts';
import { openlit } from './openlit.ts';
import { otelGenAi } from './otel-gen-ai.ts';
import { plain } from './plain.ts';
import { sentry } from './sentry.ts';
import { spanledger } from './spanledger.ts';
import { strands } from './strands.ts';
import { traceloop } from './traceloop.ts';
import { unknownEmitter } from './unknown-emitter.ts';
import { vercelAi } from './vercel-ai.ts';
import { vercelAiLegacy } from './vercel-ai-legacy.ts';

/**
 * Every dialect, in the order in which a span is offered to them. Those who know their spans by the scope or by a
 * key of their own come first; OpenTelemetry's conventions take what merely has their keys, `plain` the rest.
 */
const DIALECTS: readonly Dialect[] = [
  spanledger,
  anthropicSdk,
  claudeCodeEvents,
  claudeCode,
  codex,
  geminiCliEvents,
  genAiEvents,
  vercelAi,
  vercelAiLegacy,
  openInference,
  langfuse,
  langsmith,
  mlflow,
  logfireClient,
  logfireOpenAiAgents,
  mcp,
  strands,
  litellmRaw,
  litellm,
  googleAdk,
  openlit,
  traceloop,
  mastra,
  sentry,
  haystack,
  otelGenAi,
  unknownEmitter,
  httpClient,
  plain,
];

const candidatesOf = memoByName((scopeName) => DIALECTS.filter((dialect) => dialect.mayComeFrom?.(scopeName) ?? true));

/** What a span is for the ledger, by the first dialect that it speaks. */
export function classifySpan(
  attributes: AttributeBag,
  identity: SpanIdentity,
  resource: ResourceFacts,
): Classification {
  const candidates = candidatesOf(identity.scopeName);
  for (let at = 0; at < candidates.length; at++) {
    const dialect = candidates[at] as Dialect;
    if (dialect.matches(attributes, identity)) return dialect.classify(attributes, identity, resource);
  }
  return plain.classify(attributes, identity, resource);
}
