import { createWarehouseReader, readRunningProcess } from '@spanledger/warehouse';
import { connectableAddress } from '../config/listen-address.ts';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { refuseDemoWithoutKey } from '../demo/refuse-without-key.ts';
import { runDemoAgent } from '../demo/run-demo-agent.ts';
import { waitUntilCharged } from '../demo/wait-until-charged.ts';
import { cliError } from '../errors.ts';
import { printable } from '../text/printable.ts';
import { sessionsTable } from './sessions.ts';

export type DemoOptions = ConfigOptions & { readonly real?: boolean; readonly model?: string };

/** Runs the demo agent against the running process, then shows what its sessions cost. */
export async function demo(options: DemoOptions, context: CommandContext): Promise<void> {
  const config = readConfig(options, context.environment);
  const addresses = readRunningProcess(config.data_dir)?.addresses;
  if (addresses?.otlpGrpc === undefined || addresses.sql === undefined) {
    throw cliError(
      'SPL_CLI_NOT_RUNNING',
      `No Spanledger runs on the data folder ${config.data_dir}. Start one with "npm start" in another terminal, or both at once with "npm start -- --demo".`,
    );
  }
  refuseDemoWithoutKey(config, context);
  const since = new Date(context.clock());
  const extra = [
    ...(options.real === true ? ['--real'] : []),
    ...(options.model === undefined ? [] : ['--model', options.model]),
  ];
  const code = await runDemoAgent({
    otlpGrpc: connectableAddress(addresses.otlpGrpc),
    arguments: extra,
    environment: context.environment,
    onLine: (line) => context.out(`${printable(line)}\n`),
  }).ended;
  if (code !== 0) process.exitCode = code;
  const reader = createWarehouseReader({ url: `http://${connectableAddress(addresses.sql)}` });
  try {
    context.out(`\nWhat the ledger says of them:\n\n${sessionsTable(await waitUntilCharged(reader, since))}`);
  } finally {
    await reader.close();
  }
}
