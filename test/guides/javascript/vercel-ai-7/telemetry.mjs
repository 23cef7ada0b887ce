import { OpenTelemetry } from '@ai-sdk/otel';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { registerTelemetry } from 'ai';

// First the SDK, then the integration, which asks for its tracer at once.
const sdk = new NodeSDK();
sdk.start();
registerTelemetry(new OpenTelemetry({ usage: true, providerMetadata: true, runtimeContext: true }));
process.once('beforeExit', () => sdk.shutdown());
