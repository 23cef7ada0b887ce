import { hasGenAiKeys } from './gen-ai-call.ts';
import { genAiDialect } from './gen-ai-span.ts';

/** OpenTelemetry's GenAI conventions in all their spellings, and every emitter that keeps to them. */
export const otelGenAi = genAiDialect({ name: 'otel-gen-ai', version: 1, matches: hasGenAiKeys });
