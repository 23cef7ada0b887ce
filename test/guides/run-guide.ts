import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NamedGuide } from './read-guides.ts';

const RUN_TIMEOUT_MS = 60_000;

export type Doors = {
  /** Of the stand-in, with the run's name. */
  readonly providers: string;
  /** OTLP over HTTP. */
  readonly otlp: string;
  /** The ingest key of the run's tenant. */
  readonly secret: string;
};

/** Runs the guide's lines with nothing but the environment that docs/emitters.md tells of. Rejects with its output when it fails. */
export async function runGuide(guide: NamedGuide, folder: string, doors: Doors): Promise<void> {
  const program = guide.language === 'javascript' ? process.execPath : join(folder, 'venv/bin/python');
  const env = { ...standInEnvironment(doors.providers), ...telemetryEnvironment(doors), ...guide.environment };
  try {
    await promisify(execFile)(program, guide.command, {
      cwd: folder,
      env,
      timeout: RUN_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout.slice(-2_000)}\n${stderr.slice(-4_000)}`);
  }
}

/** The variables by which the providers' own clients are led elsewhere. */
function standInEnvironment(url: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TMPDIR: process.env['TMPDIR'] ?? '',
    // Some packages ask for it, and leave it in the folder for temporary files.
    NODE_DISABLE_COMPILE_CACHE: '1',
    OPENAI_API_KEY: 'none',
    OPENAI_BASE_URL: `${url}/openai/v1`,
    ANTHROPIC_API_KEY: 'none',
    ANTHROPIC_BASE_URL: `${url}/anthropic`,
    GEMINI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: `${url}/gemini`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `${url}/bedrock`,
  };
}

function telemetryEnvironment({ otlp, secret }: Doors): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${secret}`,
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=my-agent,spanledger.team=search',
  };
}
