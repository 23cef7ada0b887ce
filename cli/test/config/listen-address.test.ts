import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectableAddress, splitAddress } from '../../src/config/listen-address.ts';

test('an address is a host and a port; an empty host is every address', () => {
  assert.deepEqual(splitAddress('127.0.0.1:4317'), { host: '127.0.0.1', port: 4317 });
  assert.deepEqual(splitAddress('[::1]:0'), { host: '::1', port: 0 });
  assert.deepEqual(splitAddress(':80'), { host: '::', port: 80 });
});

test('what listens everywhere is reached over loopback', () => {
  assert.equal(connectableAddress('0.0.0.0:1'), '127.0.0.1:1');
  assert.equal(connectableAddress('[::]:1'), '[::1]:1');
  assert.equal(connectableAddress('10.0.0.1:1'), '10.0.0.1:1');
});
