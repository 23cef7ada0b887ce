import { LangfuseSpanProcessor } from '@langfuse/otel';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

// Langfuse's processor with an exporter to here; its default sends to Langfuse itself.
const processor = new LangfuseSpanProcessor({ exporter: new OTLPTraceExporter(), shouldExportSpan: () => true });
const sdk = new NodeSDK({ spanProcessors: [processor] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
