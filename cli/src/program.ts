import { Command, Option } from 'commander';
import { demo } from './commands/demo.ts';
import { explain } from './commands/explain.ts';
import { exportChargeback } from './commands/export-chargeback.ts';
import { keysNew } from './commands/keys-new.ts';
import { pricesCheck } from './commands/prices-check.ts';
import { EXPLAINED_METERS, pricesExplain } from './commands/prices-explain.ts';
import { pricesList } from './commands/prices-list.ts';
import { query } from './commands/query.ts';
import { reported } from './commands/reported.ts';
import { session } from './commands/session.ts';
import { sessions } from './commands/sessions.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { suppressed } from './commands/suppressed.ts';
import { teams } from './commands/teams.ts';
import { unpriced } from './commands/unpriced.ts';
import type { CommandContext } from './context.ts';
import { VERSION } from './version.ts';

/** The command line. Parsing throws commander's errors; commands throw the product's. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('spanledger')
    .description('A cost ledger for AI agents: OpenTelemetry spans in, what each session, tool call and team cost out.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ writeOut: context.out, writeErr: context.note })
    .exitOverride();

  addProcessCommands(program, context);
  addAskingCommands(program, context);
  addExport(program, context);
  addPrices(program, context);
  addKeys(program, context);
  return program;
}

function addProcessCommands(program: Command, context: CommandContext): void {
  withData(program.command('start'))
    .description('run everything in this process until Ctrl-C')
    .option('--demo', 'let the demo agent work against it, then show what it cost')
    .option('--otlp-grpc-address <host:port>', 'where OTLP/gRPC is taken (127.0.0.1:4317)')
    .option('--otlp-http-address <host:port>', 'where OTLP/HTTP is taken (127.0.0.1:4318)')
    .option('--api-address <host:port>', 'where the HTTP API answers (127.0.0.1:8080)')
    .option('--sql-address <host:port>', 'where ClickHouse answers SQL (127.0.0.1:8123)')
    .option('--prices-file <file>', 'your own prices, contracts and exchange rates')
    .option('--logging-level <level>', 'trace, debug, info, warn, error or silent (info)')
    .addHelpText(
      'after',
      examples(
        'spanledger start --demo',
        'spanledger start --data-dir /var/lib/spanledger',
        'spanledger start --sql-address 127.0.0.1:8124',
      ),
    )
    .action((options) => start(options, context));

  withData(program.command('demo'))
    .description('run the demo agent against a running Spanledger')
    .option(
      '--real',
      'one small session with a real provider: needs OPENAI_API_KEY or ANTHROPIC_API_KEY, and costs money',
    )
    .option('--model <name>', 'with --real: another model than the cheap default')
    .action((options) => demo(options, context));

  withData(program.command('status'))
    .description('say what runs on the data folder, where it listens and how it is')
    .action((options) => status(options, context));

  program
    .command('version')
    .description('say which version this is')
    .action(() => context.out(`${VERSION}\n`));
}

function addAskingCommands(program: Command, context: CommandContext): void {
  withSpan(withData(program.command('sessions')), 50)
    .description('what each session cost')
    .option('--team <name>', 'only sessions of this team')
    .addHelpText('after', examples('spanledger sessions', 'spanledger sessions --since 24h --team search'))
    .action((options) => sessions(options, context));

  withTenant(withData(program.command('session').argument('<id>', 'session id')))
    .description('the token audit trail of one session: which step, tool and call used what')
    .option('--lines', 'line by line in the order of time, with price, rule and running cost, instead of as a tree')
    .addHelpText('after', examples('spanledger session demo-1a2b-01', 'spanledger session demo-1a2b-01 --lines'))
    .action((id, options) => session(id, options, context));

  withTenant(
    withData(program.command('explain').argument('<trace>', 'trace id').argument('[span]', 'span id: only this span')),
  )
    .description('why each span of a trace is charged as it is: what it was taken for, usage, price, twins')
    .option('--json', 'all facts as JSON')
    .addHelpText('after', examples('spanledger explain 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7'))
    .action((trace, span, options) => explain(trace, span, options, context));

  withSpan(withData(program.command('teams')), 200)
    .description('what teams cost')
    .option('--by <what>', 'team, model, project, agent, environment, provider or meter', 'team')
    .addHelpText(
      'after',
      examples('spanledger teams --by model --since 7d', 'spanledger teams --by agent --since 2026-11-01'),
    )
    .action((options) => teams(options, context));

  withSpan(withData(program.command('unpriced')), 100)
    .description('usage without a price, and calls that state no usage')
    .action((options) => unpriced(options, context));

  withSpan(withData(program.command('reported')), 50)
    .description('what emitters say that calls cost beside what the ledger has: the drift, by model and emitter')
    .action((options) => reported(options, context));

  withSpan(withData(program.command('suppressed')), 100)
    .description('spans whose usage is charged elsewhere, and why')
    .action((options) => suppressed(options, context));

  withData(program.command('query').argument('<sql>', 'a read-only ClickHouse query; the database is spanledger'))
    .description('ask in SQL')
    .option('--format <format>', 'table, json, csv or jsonl', 'table')
    .addHelpText(
      'after',
      examples(
        'spanledger query "SELECT team, sum(effective_cost) FROM charges GROUP BY team"',
        'spanledger query "SHOW TABLES"',
        'spanledger query "SELECT * FROM charges" --format csv > charges.csv',
      ),
    )
    .action((sql, options) => query(sql, options, context));
}

function addExport(program: Command, context: CommandContext): void {
  const group = program.command('export').description('write statements');
  withTenant(withData(group.command('chargeback')))
    .description('what a month cost by team (or more), exactly the sum of the ledger')
    .requiredOption('--period <month>', 'a month, such as 2026-11')
    .option('--by <names>', 'tenant, team, project, agent, environment, provider, model, meter, user, session', 'team')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--output <file>', 'write there instead of to standard output')
    .addHelpText(
      'after',
      examples('spanledger export chargeback --period 2026-11 --by team,project --output november.csv'),
    )
    .action((options) => exportChargeback(options, context));
}

function addPrices(program: Command, context: CommandContext): void {
  const group = program
    .command('prices')
    .description('the prices that calls are charged at; needs no running Spanledger');
  withPrices(group.command('list'))
    .description('prices of the base book and of your price file')
    .option('--provider <name>', 'only of this provider; names may hold *')
    .option('--model <name>', 'only of this model')
    .option('--meter <name>', 'only of this meter')
    .option('--at <day>', 'prices of this UTC day (today)')
    .option('--limit <n>', 'most rows', '50')
    .addHelpText('after', examples('spanledger prices list --model "claude-sonnet-4*" --meter input'))
    .action((options) => pricesList(options, context));

  const explain = withPrices(group.command('explain').argument('<model>', 'as spans name it'))
    .description('which price a call gets, by which entry, and why no other')
    .option('--provider <name>', 'as spans state it')
    .option('--host <name>', 'the server called')
    .option('--team <name>', 'whose call it is')
    .option('--project <name>', 'the project')
    .option('--tool <name>', 'the tool call that it happens in')
    .option('--tier <name>', 'service tier, such as batch')
    .option('--region <name>', 'cloud region')
    .option('--at <time>', 'a UTC day or time (now)');
  for (const meter of EXPLAINED_METERS) {
    const option = new Option(`--${meter.replaceAll('_', '-')} <n>`, `quantity of meter ${meter}, for the cost`);
    explain.addOption(COMMON_METERS.has(meter) ? option : option.hideHelp());
  }
  explain
    .addHelpText(
      'after',
      `\nEvery meter of docs/prices.md has such an option, such as --cache-write-1h.\n${examples(
        'spanledger prices explain gpt-5-mini --provider openai --team search --input 1000 --output 200',
        'spanledger prices explain claude-sonnet-4-5 --tier batch --at 2026-11-01',
      )}`,
    )
    .action((model, options) => pricesExplain(model, options, context));

  group
    .command('check')
    .argument('<file>', 'a price file')
    .description('everything that is wrong with a price file, and what is hardly meant')
    .option('--config <file>', 'settings (./spanledger.yaml, or SPANLEDGER_CONFIG), for billing.currency')
    .action((file, options) => pricesCheck(file, options, context));
}

const COMMON_METERS: ReadonlySet<string> = new Set(['input', 'output', 'reasoning', 'cache_read', 'cache_write_5m']);

function withPrices(command: Command): Command {
  return command
    .option('--config <file>', 'settings (./spanledger.yaml, or SPANLEDGER_CONFIG)')
    .option('--prices-file <file>', 'your price file (prices.file of the settings)');
}

function addKeys(program: Command, context: CommandContext): void {
  const group = program.command('keys').description('ingest keys');
  group
    .command('new')
    .description('make an ingest key and show the lines for spanledger.yaml')
    .requiredOption('--id <name>', 'how the key is called in logs and messages')
    .requiredOption('--tenant <name>', 'whose rows its spans become')
    .option('--team <name>', 'pin this team: what spans claim is ignored')
    .option('--project <name>', 'pin this project')
    .addHelpText('after', examples('spanledger keys new --id ci --tenant acme --team platform'))
    .action((options) => keysNew(options, context));
}

function withData(command: Command): Command {
  return command
    .option('--config <file>', 'settings (./spanledger.yaml, or SPANLEDGER_CONFIG)')
    .option('--data-dir <folder>', 'the data folder (./data)');
}

function withSpan(command: Command, limit: number): Command {
  return withTenant(command)
    .addOption(new Option('--since <when>', '30m, 24h, 7d, 2w, a date, or a time (UTC)').default('7d'))
    .addOption(new Option('--limit <n>', 'most rows').default(String(limit)));
}

function withTenant(command: Command): Command {
  return command.option('--tenant <name>', 'only this tenant');
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
