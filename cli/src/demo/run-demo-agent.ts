import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type DemoAgentOptions = {
  /** `host:port` of OTLP/gRPC. */
  readonly otlpGrpc: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
};

export type DemoAgent = { readonly ended: Promise<number>; stop(): void };

const PROGRAM = fileURLToPath(new URL('../../../deploy/demo/main.ts', import.meta.url));

/** Runs the demo agent in a process of its own, as any agent is; its lines come one by one. */
export function runDemoAgent({ otlpGrpc, arguments: extra, environment, onLine }: DemoAgentOptions): DemoAgent {
  const child = spawn(process.execPath, [PROGRAM, ...extra], {
    env: { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: `http://${otlpGrpc}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      onLine(`The demo could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { ended, stop: () => void child.kill('SIGTERM') };
}
