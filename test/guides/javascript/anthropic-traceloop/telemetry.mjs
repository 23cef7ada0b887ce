import * as anthropic from '@anthropic-ai/sdk';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AnthropicInstrumentation } from '@traceloop/instrumentation-anthropic';

const instrumentation = new AnthropicInstrumentation();
instrumentation.manuallyInstrument(anthropic);
const sdk = new NodeSDK({ instrumentations: [instrumentation] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
