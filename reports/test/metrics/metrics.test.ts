import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { METRICS, type MetricDefinition } from '../../src/metrics/metric-table.ts';
import { prometheusText } from '../../src/metrics/prometheus-text.ts';

test('docs/metrics.md lists every metric, as it is', () => {
  const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const listed = document.split('\n').filter((line) => line.startsWith('| `spanledger_'));
  const expected = Object.entries(METRICS).map(([name, { type, help, label }]: [string, MetricDefinition]) => {
    return `| \`${name}\` | ${type} | ${label === undefined ? '' : `\`${label}\``} | ${help} |`;
  });
  assert.deepEqual(listed, expected);
});

test('counters end in _total and gauges do not', () => {
  for (const [name, { type }] of Object.entries(METRICS))
    assert.equal(name.endsWith('_total'), type === 'counter', name);
});

test('figures are written with their type, labels are quoted, and what no part counts is left out', () => {
  const text = prometheusText({
    spanledger_up_seconds: 1.5,
    spanledger_ingest_requests_total: { accepted: 2, 'a"b\\\n': 1 },
  });
  assert.equal(
    text,
    [
      '# HELP spanledger_up_seconds Seconds since the process was ready.',
      '# TYPE spanledger_up_seconds gauge',
      'spanledger_up_seconds 1.5',
      '# HELP spanledger_ingest_requests_total OTLP requests by what became of them.',
      '# TYPE spanledger_ingest_requests_total counter',
      'spanledger_ingest_requests_total{outcome="accepted"} 2',
      'spanledger_ingest_requests_total{outcome="a\\"b\\\\\\n"} 1',
      '',
    ].join('\n'),
  );
});
