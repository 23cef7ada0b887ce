import { z } from 'zod';
import { isCurrency } from './currency.ts';

/** How a setting is written as text, in the environment or as a flag. */
export type SettingKind = 'text' | 'integer' | 'boolean' | 'list' | 'json';

export type Setting<Value> = {
  readonly kind: SettingKind;
  readonly schema: z.ZodType<Value>;
  /** What a value must be, as it stands in messages after "expected". */
  readonly expected: string;
  readonly default: Value;
  /** How the default is written in the documentation where its value does not say it. */
  readonly defaultText?: string;
  readonly doc: string;
};

/** One ingest key: the hash of the secret, and whom it stands for. */
export type ConfiguredKey = z.output<typeof KEY>;

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const ADDRESS = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]*):(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/);

const KEY = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/),
  tenant: z.string().min(1).max(128),
  team: z.string().min(1).max(256).exactOptional(),
  project: z.string().min(1).max(256).exactOptional(),
});

/** Every setting by its place in `spanledger.yaml`: `otlp.grpc_address` is `grpc_address` beneath `otlp`. */
export const SETTINGS = {
  data_dir: text(
    './data',
    z.string().min(1),
    'a path',
    'Folder of the span log and the ledger. Relative to the working directory.',
  ),
  'otlp.grpc_address': address('127.0.0.1:4317', 'Where OTLP/gRPC is taken.'),
  'otlp.http_address': address('127.0.0.1:4318', 'Where OTLP/HTTP is taken.'),
  'api.address': address('127.0.0.1:8080', 'Where the HTTP API answers.'),
  'api.insecure': flag(
    'Lets the HTTP API listen where other machines reach it; whoever reaches it can read every cost.',
  ),
  'api.allowed_hosts': list('Further names by which clients reach the HTTP API, such as `host.docker.internal`.'),
  'sql.address': address('127.0.0.1:8123', 'Where ClickHouse answers SQL, read-only.'),
  'sql.insecure': flag('Lets the SQL port listen where other machines reach it; readers need no password there.'),
  'sql.allowed_hosts': list('Further names by which clients reach the SQL port.'),
  'ingest.keys': keys(
    'Who may send: `id`, `sha256` of the secret, `tenant`, and optionally the pinned `team` and `project`. `spanledger keys new` makes one. Without keys only loopback addresses are allowed.',
  ),
  'ingest.insecure': flag('Lets the OTLP ports listen without keys where other machines reach them.'),
  'ingest.allowed_origins': list(
    'Origins of web pages that may send spans, such as `https://app.example.com`. All others are refused.',
  ),
  'ingest.max_request_bytes': integer(64 * MIB, 1024, GIB, 'Largest request, as sent and after decompression.'),
  'ingest.max_in_flight_bytes': integer(
    256 * MIB,
    1024,
    64 * GIB,
    'Bytes of all requests being received or waiting for the disk; above it senders are told to wait.',
  ),
  'log.retention_hours': integer(
    72,
    1,
    24 * 400,
    'How long the span log keeps what is already in the ledger, for replay.',
  ),
  'log.retention_bytes': integer(8 * GIB, 16 * MIB, 2 ** 50, 'How much of it the span log keeps.'),
  'log.max_backlog_bytes': integer(
    4 * GIB,
    16 * MIB,
    2 ** 50,
    'How much may wait for attribution; above it senders are told to wait.',
  ),
  'log.partitions': integer(
    4,
    1,
    1024,
    'Partitions of the span log. Chosen once: a data folder refuses another number.',
  ),
  'attribution.lookback_days': integer(
    7,
    1,
    400,
    'How many days back a span is joined with the stored part of its trace.',
  ),
  'attribution.team_attributes': attributeNames(
    'Your own attributes that name the team, the preferred first, such as `cost.center`: read after `spanledger.team`, on spans and resources.',
  ),
  'attribution.project_attributes': attributeNames(
    'Your own attributes that name the project, read after `spanledger.project`.',
  ),
  'attribution.cache_spans': integer(100_000, 1000, 100_000_000, 'Spans of recent traces kept in memory.'),
  'attribution.twin_calls': integer(
    50_000,
    1000,
    100_000_000,
    'Recent model calls kept in memory to recognise the same call in another trace.',
  ),
  'attribution.batch_bytes': integer(8 * MIB, 64 * 1024, 256 * MIB, 'How much of the span log one batch reads.'),
  'warehouse.max_memory_bytes': optionalInteger(
    GIB / 2,
    2 ** 50,
    'Memory of the embedded engine.',
    'the smaller of 4 GiB and half of the machine',
  ),
  'warehouse.reader_query_memory_bytes': optionalInteger(
    16 * MIB,
    2 ** 50,
    'Memory of one query on the SQL port.',
    'a quarter of `warehouse.max_memory_bytes`',
  ),
  'warehouse.reader_seconds': integer(30, 1, 86_400, 'How long a query on the SQL port may run.'),
  'warehouse.reader_concurrent_queries': integer(16, 1, 1000, 'Queries on the SQL port at one time.'),
  'warehouse.reader_temporary_bytes': integer(
    4 * GIB,
    MIB,
    2 ** 50,
    'Disk space that queries on the SQL port may spill to.',
  ),
  'prices.file': optionalText(
    'Your own prices, contracts, fees and exchange rates (docs/prices.md). Relative to the working directory.',
    'none',
  ),
  'billing.currency': text(
    'USD',
    z.string().refine(isCurrency),
    'a currency of ISO 4217 such as EUR',
    'Currency of all costs. Chosen once: a ledger that holds charges refuses another one.',
  ),
  'logging.level': text(
    'info',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    'trace, debug, info, warn, error or silent',
    'Least severity of what is logged to standard error.',
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** The value of every setting, defaults filled in. */
export type Config = { readonly [Name in SettingName]: (typeof SETTINGS)[Name]['default'] };

/** Settings of the public contract that this version cannot honour, and what it offers instead. */
export const LATER_SETTINGS: Readonly<Record<string, string>> = {
  'kafka.brokers': 'This version has the embedded span log only.',
  'clickhouse.url': 'This version has the embedded engine only.',
};

/** Names the file itself; the one variable that is no setting. */
export const CONFIG_FILE_VARIABLE = 'SPANLEDGER_CONFIG';

/** `otlp.grpc_address` → `SPANLEDGER_OTLP_GRPC_ADDRESS`. */
export function environmentName(settingName: string): string {
  return `SPANLEDGER_${settingName.replaceAll('.', '_').toUpperCase()}`;
}

/** Each setting with its name and environment variable, in the order of the documentation. */
export function settingEntries(): (readonly [SettingName, Setting<unknown>])[] {
  return Object.entries(SETTINGS) as [SettingName, Setting<unknown>][];
}

function text(value: string, schema: z.ZodType<string>, expected: string, doc: string): Setting<string> {
  return { kind: 'text', schema, expected, default: value, doc };
}

function optionalText(doc: string, defaultText: string): Setting<string | undefined> {
  const schema = z.string().min(1).optional();
  return { kind: 'text', schema, expected: 'a path', default: undefined, defaultText, doc };
}

function address(value: string, doc: string): Setting<string> {
  const expected = 'host:port or [ipv6]:port; port 0 lets the system choose';
  return { kind: 'text', schema: ADDRESS, expected, default: value, doc };
}

function flag(doc: string): Setting<boolean> {
  return { kind: 'boolean', schema: z.boolean(), expected: 'true or false', default: false, doc };
}

function list(doc: string): Setting<readonly string[]> {
  const schema = z.array(z.string().min(1)).max(100);
  return {
    kind: 'list',
    schema,
    expected: 'a list of texts (in the environment separated by commas)',
    default: [],
    doc,
  };
}

/** Names of span attributes; the decoder finds keys by a hash that needs four bytes. */
function attributeNames(doc: string): Setting<readonly string[]> {
  const expected = 'at most 16 attribute names of 4 to 256 characters (in the environment separated by commas)';
  return { ...list(doc), schema: z.array(z.string().min(4).max(256)).max(16), expected };
}

function integer(value: number, min: number, max: number, doc: string): Setting<number> {
  return { kind: 'integer', schema: z.int().min(min).max(max), expected: integerRange(min, max), default: value, doc };
}

function optionalInteger(min: number, max: number, doc: string, defaultText: string): Setting<number | undefined> {
  const schema = z.int().min(min).max(max).optional();
  return { kind: 'integer', schema, expected: integerRange(min, max), default: undefined, defaultText, doc };
}

function integerRange(min: number, max: number): string {
  return `an integer from ${min} to ${max}`;
}

function keys(doc: string): Setting<readonly ConfiguredKey[]> {
  const expected =
    'a list of keys with id, sha256 (64 hexadecimal digits), tenant, and optionally team and project (in the environment as JSON)';
  return { kind: 'json', schema: z.array(KEY).max(10_000), expected, default: [], doc };
}
