import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { deployError } from './errors.ts';
import type { ModelChoice } from './models/create-model.ts';

export type DemoSettings = {
  /** Where spans go, by OTLP/gRPC. */
  readonly endpoint: string;
  /** Undefined: twelve sessions against the stand-in. */
  readonly realChoice: ModelChoice | undefined;
  readonly truthFile: string | undefined;
  /** Multiplies the stand-in's latencies. */
  readonly latencyScale: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4317';
const CONNECT_TIMEOUT_MS = 2000;
const MAX_LATENCY_SCALE = 100;

/** Cheap models, so that a look costs less than a cent. */
const REAL_OPENAI_MODEL = 'gpt-5-mini';
const REAL_ANTHROPIC_MODEL = 'claude-haiku-4-5';

/**
 * Reads the command line and the environment. Throws SPL_DEMO_SETTING_INVALID for what it cannot use,
 * SPL_DEMO_KEY_MISSING for `--real` without a provider key.
 */
export function readSettings(args: readonly string[], environment: Environment): DemoSettings {
  const { real, model } = readOptions(args);
  return {
    endpoint: readEndpoint(environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || DEFAULT_ENDPOINT),
    realChoice: real ? chooseRealModel(model, environment) : undefined,
    truthFile: environment['DEMO_TRUTH_FILE'],
    latencyScale: readLatencyScale(environment['DEMO_LATENCY_SCALE'] ?? '1'),
  };
}

/** Throws SPL_DEMO_COLLECTOR_UNREACHABLE when nothing accepts connections at the endpoint. */
export async function checkEndpoint(endpoint: string): Promise<void> {
  const { hostname, port, protocol } = new URL(endpoint);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => reject(new Error(`no answer within ${CONNECT_TIMEOUT_MS} ms`)));
    });
  } catch (cause) {
    const message = `Nothing takes spans at ${endpoint}: ${(cause as Error).message}. Start Spanledger with "npm start", or set OTEL_EXPORTER_OTLP_ENDPOINT.`;
    throw deployError('SPL_DEMO_COLLECTOR_UNREACHABLE', message, cause);
  } finally {
    socket.destroy();
  }
}

function readOptions(args: readonly string[]): { readonly real: boolean; readonly model: string | undefined } {
  try {
    const options = { real: { type: 'boolean', default: false }, model: { type: 'string' } } as const;
    const { real, model } = parseArgs({ args: [...args], options }).values;
    return { real, model };
  } catch (cause) {
    throw deployError(
      'SPL_DEMO_SETTING_INVALID',
      `${(cause as Error).message} The demo knows --real and --model <name>.`,
      cause,
    );
  }
}

/** gRPC endpoints are also written as host:port, which is no URL. */
function readEndpoint(value: string): string {
  const endpoint = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(endpoint)) return endpoint;
  throw deployError(
    'SPL_DEMO_SETTING_INVALID',
    `OTEL_EXPORTER_OTLP_ENDPOINT is "${value}", which is no address; write it as ${DEFAULT_ENDPOINT}.`,
  );
}

function readLatencyScale(value: string): number {
  const scale = Number(value);
  if (value !== '' && scale >= 0 && scale <= MAX_LATENCY_SCALE) return scale;
  throw deployError(
    'SPL_DEMO_SETTING_INVALID',
    `DEMO_LATENCY_SCALE is "${value}"; it must be a number from 0 to ${MAX_LATENCY_SCALE}.`,
  );
}

function chooseRealModel(model: string | undefined, environment: Environment): ModelChoice {
  if (environment['OPENAI_API_KEY'] && !model?.startsWith('claude')) {
    return { api: 'responses', model: model ?? REAL_OPENAI_MODEL };
  }
  if (environment['ANTHROPIC_API_KEY']) return { api: 'messages', model: model ?? REAL_ANTHROPIC_MODEL };
  throw deployError(
    'SPL_DEMO_KEY_MISSING',
    '--real talks to a real provider and needs its key: set OPENAI_API_KEY or ANTHROPIC_API_KEY, or leave --real out.',
  );
}
