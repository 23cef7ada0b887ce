import { BedrockInstrumentation } from '@arizeai/openinference-instrumentation-bedrock';
import * as bedrock from '@aws-sdk/client-bedrock-runtime';
import { NodeSDK } from '@opentelemetry/sdk-node';

const instrumentation = new BedrockInstrumentation();
instrumentation.manuallyInstrument(bedrock);
const sdk = new NodeSDK({ instrumentations: [instrumentation] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
