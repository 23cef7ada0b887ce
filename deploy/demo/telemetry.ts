import { setImmediate as nextTurn } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { NodeSDK, resources } from '@opentelemetry/sdk-node';
import OpenAI from 'openai';

/** What became of the spans so far; `failure` is the last reason why some were not taken. */
export type Delivery = {
  readonly sentCount: number;
  readonly failedCount: number;
  readonly failure: string | undefined;
};

export type Telemetry = {
  readonly tracer: Tracer;
  /** Sends what is left and closes; says what became of all spans. May be called twice. */
  readonly stop: () => Promise<Delivery>;
};

const SCOPE = { name: 'spanledger-demo', version: '1.0.0' };

/** Spans are sent this often, so that a run can be watched while it goes on. */
const SEND_INTERVAL_MS = '1000';

/**
 * Starts OpenTelemetry for this process: OTLP/gRPC to `endpoint`, OpenInference for both client libraries, beside the
 * spans that Anthropic's library makes on its own. So each Anthropic call is seen twice, which happens to many people,
 * and Spanledger must charge it once.
 */
export function startTelemetry(endpoint: string): Telemetry {
  process.env['OTEL_BSP_SCHEDULE_DELAY'] ??= SEND_INTERVAL_MS;
  const exporter = new CountingExporter({ url: endpoint });
  const sdk = new NodeSDK({
    traceExporter: exporter,
    metricReaders: [],
    logRecordProcessors: [],
    resource: resources.resourceFromAttributes({
      'service.name': 'research-assistant',
      'deployment.environment.name': 'demo',
    }),
  });
  sdk.start();
  // Import hooks do not see ES modules, so both libraries are handed over.
  new OpenAIInstrumentation().manuallyInstrument(OpenAI);
  new AnthropicInstrumentation().manuallyInstrument(Anthropic);

  let stopped: Promise<Delivery> | undefined;
  return {
    tracer: trace.getTracer(SCOPE.name, SCOPE.version),
    stop: () => {
      stopped ??= stopOnce(sdk, exporter);
      return stopped;
    },
  };
}

async function stopOnce(sdk: NodeSDK, exporter: CountingExporter): Promise<Delivery> {
  // OpenInference reads its own copy of each stream, a few microtasks behind the agent; its last spans end then.
  await nextTurn();
  await sdk.shutdown();
  return exporter.delivery();
}

type Export = OTLPTraceExporter['export'];

class CountingExporter extends OTLPTraceExporter {
  #sentCount = 0;
  #failedCount = 0;
  #failure: string | undefined;

  override export(...[spans, done]: Parameters<Export>): void {
    super.export(spans, (result) => {
      if (result.error === undefined && result.code === 0) this.#sentCount += spans.length;
      else {
        this.#failedCount += spans.length;
        this.#failure = result.error?.message;
      }
      done(result);
    });
  }

  delivery(): Delivery {
    return { sentCount: this.#sentCount, failedCount: this.#failedCount, failure: this.#failure };
  }
}
