import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnHost } from '../../src/api/api-address.ts';

test('a loopback address answers to loopback names only', () => {
  const address = { host: '127.0.0.1', port: 8080, allowedHosts: ['host.docker.internal'] };
  for (const host of ['127.0.0.1:8080', 'localhost', 'LOCALHOST:8080', '[::1]:8080', 'host.docker.internal:8080']) {
    assert.ok(isOwnHost(host, address), host);
  }
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'a b',
  ]) {
    assert.ok(!isOwnHost(host, address), String(host));
  }
});

test('an open address answers to numbers too, because numbers cannot be rebound', () => {
  const address = { host: '0.0.0.0', port: 8080 };
  assert.ok(isOwnHost('10.0.0.1:8080', address));
  assert.ok(isOwnHost('[2001:db8::1]:8080', address));
  assert.ok(!isOwnHost('evil.example', address));
});
