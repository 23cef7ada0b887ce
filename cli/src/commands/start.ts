import { createWarehouseReader } from '@spanledger/warehouse';
import { connectableAddress } from '../config/listen-address.ts';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { refuseDemoWithoutKey } from '../demo/refuse-without-key.ts';
import { type DemoAgent, runDemoAgent } from '../demo/run-demo-agent.ts';
import { waitUntilCharged } from '../demo/wait-until-charged.ts';
import { type Product, startProduct } from '../start/compose.ts';
import { createLogger } from '../start/logger.ts';
import { listenForStop } from '../start/stop-signals.ts';
import { welcomeText } from '../start/welcome.ts';
import { printable } from '../text/printable.ts';
import { sessionsTable } from './sessions.ts';

export type StartOptions = ConfigOptions & { readonly demo?: boolean };

const STOPPED_AT_ONCE = 130;

/** Runs everything in this process until a signal or the failure of a part; throws what failed. */
export async function start(options: StartOptions, context: CommandContext): Promise<void> {
  const config = readConfig(options, context.environment);
  const isDemo = options.demo === true;
  if (isDemo) refuseDemoWithoutKey(config, context);
  const logger = createLogger(config['logging.level'], process.stderr);
  const signals = listenForStop(() => {
    context.note(
      'Stopped at once. What was acknowledged is on the span log and will be charged after the next start.\n',
    );
    process.exit(STOPPED_AT_ONCE);
  });
  try {
    const product = await startProduct({ config, logger, clock: context.clock });
    context.out(`${welcomeText({ ...product, isDemo })}\n`);
    const ended = new AbortController();
    const demo = isDemo ? demoBeside(product, context, ended.signal) : undefined;
    const outcome = await Promise.race([signals.asked, product.failed]);
    ended.abort();
    await demo;
    if (outcome instanceof Error) context.note('A part failed; stopping.\n');
    else context.out('\nStopping: working off what was acknowledged. Ctrl-C again stops at once.\n');
    await product.stop();
    if (outcome instanceof Error) throw outcome;
    context.out('Stopped.\n');
  } finally {
    signals.dispose();
  }
}

/** The demo agent against this process, then what its sessions cost. */
async function demoBeside(product: Product, context: CommandContext, signal: AbortSignal): Promise<void> {
  const since = new Date(context.clock());
  const agent: DemoAgent = runDemoAgent({
    otlpGrpc: connectableAddress(product.addresses.otlpGrpc),
    arguments: [],
    environment: context.environment,
    onLine: (line) => context.out(`demo | ${printable(line)}\n`),
  });
  signal.addEventListener('abort', () => agent.stop(), { once: true });
  await agent.ended;
  if (signal.aborted) return;
  const reader = createWarehouseReader({ url: `http://${connectableAddress(product.addresses.sql)}` });
  try {
    const sessions = await waitUntilCharged(reader, since, signal);
    if (!signal.aborted)
      context.out(`\nWhat the ledger says of them:\n\n${sessionsTable(sessions)}\nCtrl-C stops Spanledger.\n`);
  } catch (error) {
    context.note(`The sessions cannot be shown: ${(error as Error).message}\n`);
  } finally {
    await reader.close();
  }
}
