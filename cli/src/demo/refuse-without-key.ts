import type { Config } from '@spanledger/schemas';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';

/** The demo agent is a sender like any other: where keys are configured it needs one. Throws SPL_CLI_BAD_ARGUMENT. */
export function refuseDemoWithoutKey(config: Config, { environment }: CommandContext): void {
  if (config['ingest.keys'].length === 0 || environment['OTEL_EXPORTER_OTLP_HEADERS']) return;
  throw cliError(
    'SPL_CLI_BAD_ARGUMENT',
    'Ingest keys are configured, so the demo needs one: set OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer <key>".',
  );
}
