import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanledgerError } from '@spanledger/schemas';
import { type ConfigSources, loadConfig } from '../../src/config/load-config.ts';

function load({ text, environment = {}, flags = {} }: { text?: string } & Partial<ConfigSources>) {
  return loadConfig({ ...(text === undefined ? {} : { file: { name: 'spanledger.yaml', text } }), environment, flags });
}

function problemsOf(sources: Parameters<typeof load>[0]): string {
  try {
    load(sources);
  } catch (error) {
    assert.ok(error instanceof SpanledgerError && error.code === 'SPL_CONFIG_INVALID', String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
}

test('without any source the defaults hold', () => {
  const config = load({});
  assert.equal(config.data_dir, './data');
  assert.equal(config['otlp.grpc_address'], '127.0.0.1:4317');
  assert.equal(config['ingest.max_request_bytes'], 67_108_864);
  assert.equal(config['warehouse.max_memory_bytes'], undefined);
});

test('a flag beats the environment, the environment beats the file, the file beats the default', () => {
  const text = 'data_dir: from-file\napi:\n  address: 127.0.0.1:1\nsql:\n  address: 127.0.0.1:2\n';
  const environment = { SPANLEDGER_DATA_DIR: 'from-environment', SPANLEDGER_API_ADDRESS: '127.0.0.1:3' };
  const config = load({ text, environment, flags: { data_dir: 'from-flag' } });
  assert.equal(config.data_dir, 'from-flag');
  assert.equal(config['api.address'], '127.0.0.1:3');
  assert.equal(config['sql.address'], '127.0.0.1:2');
});

test('texts of the environment become numbers, truths, lists and keys', () => {
  const sha256 = 'ab'.repeat(32);
  const config = load({
    environment: {
      SPANLEDGER_LOG_PARTITIONS: '8',
      SPANLEDGER_INGEST_INSECURE: 'true',
      SPANLEDGER_INGEST_ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      SPANLEDGER_INGEST_KEYS: JSON.stringify([{ id: 'k', sha256, tenant: 't' }]),
    },
  });
  assert.equal(config['log.partitions'], 8);
  assert.equal(config['ingest.insecure'], true);
  assert.deepEqual(config['ingest.allowed_origins'], ['https://a.example', 'https://b.example']);
  assert.deepEqual(config['ingest.keys'], [{ id: 'k', sha256, tenant: 't' }]);
});

test('all problems come at once, each with its place, what was expected, what was found and what to do', () => {
  const text = 'data_dir: 7\notlp:\n  grpc_adress: 127.0.0.1:4317\nlog:\n  partitions: many\n';
  const environment = { SPANLEDGER_API_ADDRESS: 'localhost', SPANLEDGER_SQL_ADRESS: '127.0.0.1:1' };
  const message = problemsOf({ text, environment, flags: { 'logging.level': 'loud' } });
  assert.match(message, /^6 settings are wrong:/);
  assert.match(message, /data_dir \(spanledger\.yaml line 1\): expected a path, found 7/);
  assert.match(message, /otlp\.grpc_adress \(spanledger\.yaml line 3\): .* Did you mean otlp\.grpc_address\?/);
  assert.match(
    message,
    /log\.partitions \(spanledger\.yaml line 5\): expected an integer from 1 to 1024, found "many"/,
  );
  assert.match(message, /api\.address \(environment variable SPANLEDGER_API_ADDRESS\): expected host:port/);
  assert.match(message, /SPANLEDGER_SQL_ADRESS \(environment\): .* Did you mean SPANLEDGER_SQL_ADDRESS\?/);
  assert.match(message, /logging\.level \(--logging-level\): expected trace, debug/);
});

test('what a later version brings is refused and not ignored', () => {
  const message = problemsOf({
    text: 'kafka:\n  brokers: a:9092\n',
    environment: { SPANLEDGER_CLICKHOUSE_URL: 'http://x' },
  });
  assert.match(message, /kafka\.brokers .*nothing yet.* embedded span log only/);
  assert.match(message, /SPANLEDGER_CLICKHOUSE_URL .*nothing yet.* embedded engine only/);
});

test('a secret pasted in place of its hash is not repeated', () => {
  const message = problemsOf({ text: 'ingest:\n  keys:\n    - {id: ci, sha256: spl_secret, tenant: acme}\n' });
  assert.match(message, /0\.sha256/);
  assert.doesNotMatch(message, /spl_secret/);
});

test('what Kubernetes sets for a service called spanledger is no setting', () => {
  load({
    environment: {
      SPANLEDGER_SERVICE_HOST: '10.0.0.1',
      SPANLEDGER_PORT: 'tcp://x',
      SPANLEDGER_API_PORT_8080_TCP_ADDR: 'x',
    },
  });
});

test('an empty file, an empty section and an empty variable say nothing', () => {
  for (const text of ['', '# only a comment\n', 'otlp:\n', 'api:\n  address:\n'])
    assert.equal(load({ text })['api.address'], '127.0.0.1:8080');
  assert.equal(load({ environment: { SPANLEDGER_DATA_DIR: '' } }).data_dir, './data');
});

test('a file that is no YAML, or no mapping, is refused with its name', () => {
  for (const text of ['a: [', '- a\n', 'hello\n', 'data_dir: a\ndata_dir: b\n']) {
    assert.throws(
      () => load({ text }),
      (error: SpanledgerError) => error.code === 'SPL_CONFIG_UNREADABLE' && error.message.includes('spanledger.yaml'),
      text,
    );
  }
});

test('a bound that no request could ever pass is refused', () => {
  const environment = { SPANLEDGER_INGEST_MAX_IN_FLIGHT_BYTES: '2048' };
  assert.match(problemsOf({ environment }), /ingest\.max_in_flight_bytes .*at least ingest\.max_request_bytes/);
});

test('addresses are host:port with a port that exists', () => {
  for (const value of ['127.0.0.1:0', ':4317', '[::1]:65535', 'my-host.example:80'])
    load({ flags: { 'api.address': value } });
  for (const value of ['4317', '127.0.0.1', '127.0.0.1:65536', '::1:80', 'http://x:1', '']) {
    problemsOf({ text: `api: {address: ${JSON.stringify(value)}}` });
  }
});
