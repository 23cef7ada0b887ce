import { existsSync, readFileSync } from 'node:fs';
import { CONFIG_FILE_VARIABLE, type Config, type SettingName } from '@spanledger/schemas';
import { cliError } from '../errors.ts';
import { type Environment, loadConfig } from './load-config.ts';

/** Settings that have a flag, by the name under which the command line parser gives them. */
export const FLAGGED_SETTINGS = {
  dataDir: 'data_dir',
  otlpGrpcAddress: 'otlp.grpc_address',
  otlpHttpAddress: 'otlp.http_address',
  apiAddress: 'api.address',
  sqlAddress: 'sql.address',
  loggingLevel: 'logging.level',
  pricesFile: 'prices.file',
} as const satisfies Record<string, SettingName>;

export type ConfigOptions = { readonly config?: string } & {
  readonly [Option in keyof typeof FLAGGED_SETTINGS]?: string;
};

const DEFAULT_FILE = 'spanledger.yaml';

/** The settings in effect: flags, environment, and the file that `--config` or SPANLEDGER_CONFIG names. */
export function readConfig(options: ConfigOptions, environment: Environment): Config {
  const asked = options.config ?? environment[CONFIG_FILE_VARIABLE];
  const name = asked ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  const flags = Object.entries(FLAGGED_SETTINGS).flatMap(([option, setting]) => {
    const value = options[option as keyof typeof FLAGGED_SETTINGS];
    return value === undefined ? [] : [[setting, value]];
  });
  return loadConfig({
    ...(name === undefined ? {} : { file: { name, text: readText(name) } }),
    environment,
    flags: Object.fromEntries(flags),
  });
}

function readText(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (cause) {
    const text = `The configuration file ${name} cannot be read: ${(cause as Error).message}. --config or ${CONFIG_FILE_VARIABLE} names it.`;
    throw cliError('SPL_CONFIG_UNREADABLE', text, cause);
  }
}
