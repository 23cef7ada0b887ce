import * as bedrock from '@aws-sdk/client-bedrock-runtime';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BedrockInstrumentation } from '@traceloop/instrumentation-bedrock';

const instrumentation = new BedrockInstrumentation();
instrumentation.manuallyInstrument(bedrock);
const sdk = new NodeSDK({ instrumentations: [instrumentation] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
