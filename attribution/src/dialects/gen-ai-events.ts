import { eventScope, isEventScope } from '../events/event-scope.ts';
import { genAiProvider } from './gen-ai-call.ts';
import { genAiDialect } from './gen-ai-span.ts';
import { adkProvider } from './google-adk.ts';

const EVENT = 'gen_ai.client.inference.operation.details';
const ADK_SCOPE = eventScope('gcp.vertex.agent');

/** OpenTelemetry's log event of a model request, which repeats what the span of the request says, in the same keys. */
export const genAiEvents = genAiDialect({
  name: 'gen-ai-events',
  version: 1,
  mayComeFrom: isEventScope,
  matches: (_attributes, { name }) => name === EVENT,
  roleOf: () => 'request',
  providerOf: (attributes, { scopeName }) =>
    scopeName === ADK_SCOPE ? adkProvider(attributes) : genAiProvider(attributes),
});
