import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanledgerError } from '@spanledger/schemas';
import { patiently } from '../../src/worker/patiently.ts';

const full = () => new SpanledgerError('SPL_LOG_DISK_FULL', 'the disk is full', { retryable: true });
const broken = () => new SpanledgerError('SPL_LOG_FAILED', 'the log failed', { retryable: false });

test('a step that fails for a full disk is done again until it succeeds', async () => {
  let tries = 0;
  await patiently(async () => {
    tries += 1;
    if (tries < 3) throw full();
  }, new AbortController().signal);
  assert.equal(tries, 3);
});

test('what will not pass is thrown at once', async () => {
  let tries = 0;
  const step = async () => {
    tries += 1;
    throw broken();
  };
  await assert.rejects(patiently(step, new AbortController().signal), { code: 'SPL_LOG_FAILED' });
  assert.equal(tries, 1);
});

test('an abort ends the waiting with the error that was waited out', async () => {
  const stop = new AbortController();
  const step = async () => {
    stop.abort();
    throw full();
  };
  await assert.rejects(patiently(step, stop.signal), { code: 'SPL_LOG_DISK_FULL' });
});
