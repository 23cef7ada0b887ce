import { attributeKey } from '../decode/attribute-keys.ts';
import { eventScope, isEventScope } from '../events/event-scope.ts';
import { genAiProvider } from './gen-ai-call.ts';
import { genAiDialect } from './gen-ai-span.ts';
import { hasGenAiUsage } from './gen-ai-usage.ts';
import { adkProvider } from './google-adk.ts';

const EVENT = 'gen_ai.client.inference.operation.details';
const RESPONSE_ID = attributeKey('gen_ai.response.id');
const ADK_SCOPE = eventScope('gcp.vertex.agent');

/** OpenTelemetry's log event of a model request, which repeats what the span of the request says, in the same keys. */
export const genAiEvents = genAiDialect({
  name: 'gen-ai-events',
  version: 1,
  mayComeFrom: isEventScope,
  matches: (_attributes, { name }) => name === EVENT,
  // OpenTelemetry's for JavaScript writes two of one request, its input and its output, with no word of the response.
  roleOf: (attributes) => (attributes.has(RESPONSE_ID) || hasGenAiUsage(attributes) ? 'request' : 'none'),
  providerOf: (attributes, { scopeName }) =>
    scopeName === ADK_SCOPE ? adkProvider(attributes) : genAiProvider(attributes),
});
