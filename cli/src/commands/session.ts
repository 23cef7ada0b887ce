import { buildTrail, findSession, readTrail } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';
import { renderTrailLines } from '../text/trail-lines.ts';
import { renderTrail } from '../text/trail-text.ts';
import { ask } from './ask.ts';

export type SessionOptions = ConfigOptions & { readonly tenant?: string; readonly lines?: boolean };

/** `session <id>`: the token audit trail as a tree, or line by line. */
export async function session(sessionId: string, options: SessionOptions, context: CommandContext): Promise<void> {
  const text = await ask(options, context, async (reader) => {
    const [found, another] = await findSession(reader, sessionId, options.tenant);
    if (found !== undefined && another !== undefined) {
      throw cliError(
        'SPL_CLI_BAD_ARGUMENT',
        `Several tenants have a session ${JSON.stringify(sessionId)}: add --tenant ${found.tenant} or --tenant ${another.tenant}.`,
      );
    }
    // A session of the last second has spans but no rollup yet.
    const tenant = found?.tenant ?? options.tenant ?? 'default';
    const { spans, entries } = await readTrail(reader, { sessionId, tenant });
    if (found === undefined && spans.length === 0) {
      throw cliError(
        'SPL_CLI_NOT_FOUND',
        `There is no session ${JSON.stringify(sessionId)} in the ledger. "spanledger sessions --since 30d" lists what is there.`,
      );
    }
    if (options.lines === true) return renderTrailLines(entries);
    return renderTrail(found, sessionId, buildTrail(spans, entries));
  });
  context.out(text);
}
