import { resolve } from 'node:path';
import type { RunAddresses } from '@spanledger/warehouse';
import { connectableAddress } from '../config/listen-address.ts';
import { VERSION } from '../version.ts';

export type WelcomeInput = {
  readonly addresses: Required<RunAddresses>;
  readonly dataDir: string;
  readonly engineVersion: string;
  readonly isDemo: boolean;
};

/** What is said when everything listens: where, and the three next things to try. */
export function welcomeText({ addresses, dataDir, engineVersion, isDemo }: WelcomeInput): string {
  const at = dataDir === resolve('./data') ? '' : ` --data-dir ${shellWord(dataDir)}`;
  const api = connectableAddress(addresses.api);
  const sql = connectableAddress(addresses.sql);
  const demo = `npm run demo${at === '' ? '' : ` --${at}`}`;
  const tries = [
    isDemo
      ? [`npx spanledger teams --by model${at}`, 'what each team spent on which model']
      : [demo, 'agents at work, to have something to look at (no key needed)'],
    [`npx spanledger sessions${at}`, 'what each session cost; "session <id>" shows which step burned it'],
    [`curl ${sql} -d 'SELECT * FROM spanledger.session_costs FORMAT Vertical'`, 'the same in SQL'],
  ] as const;
  return `Spanledger ${VERSION} is running.

  OTLP/gRPC  ${`http://${connectableAddress(addresses.otlpGrpc)}`.padEnd(28)} for OTEL_EXPORTER_OTLP_ENDPOINT
  OTLP/HTTP  ${`http://${connectableAddress(addresses.otlpHttp)}`.padEnd(28)} the same for exporters over HTTP
  HTTP API   ${`http://${api}`.padEnd(28)} GET / lists what is there
  SQL        ${`http://${sql}`.padEnd(28)} ClickHouse ${engineVersion}, read-only
  Data       ${dataDir}

Try next, in another terminal:

${tries.map(([command, what]) => `  ${command}\n      ${what}`).join('\n')}

Ctrl-C stops it; everything is there again at the next start.
`;
}

/** Quoted where a shell would take it apart. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
