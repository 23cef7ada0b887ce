import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { findEngineLibrary } from '../../src/engine/library.ts';

test('this machine has the library, with its version', () => {
  const { path, version } = findEngineLibrary();
  assert.ok(existsSync(path));
  assert.match(version, /^\d+\.\d+\./);
});

const WITHOUT = [
  { platform: { os: 'win32', cpu: 'x64', libc: 'other' }, named: 'Windows on x64' },
  { platform: { os: 'linux', cpu: 'x64', libc: 'musl' }, named: 'Linux with musl (such as Alpine) on x64' },
  { platform: { os: 'linux', cpu: 'riscv64', libc: 'glibc' }, named: 'Linux on riscv64' },
  { platform: { os: 'freebsd', cpu: 'arm64', libc: 'other' }, named: 'freebsd on arm64' },
] as const;

for (const { platform, named } of WITHOUT) {
  test(`${named}: the error names the platform and what to do`, () => {
    assert.throws(
      () => findEngineLibrary(platform),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'SPL_PLATFORM_UNSUPPORTED');
        for (const part of [named, 'WSL 2', 'SPANLEDGER_CLICKHOUSE_URL'])
          assert.ok(error.message.includes(part), error.message);
        return true;
      },
    );
  });
}

test('a supported platform whose package is not installed: the error names the package', () => {
  const other =
    process.platform === 'darwin'
      ? { os: 'linux', cpu: 'x64', libc: 'glibc' }
      : { os: 'darwin', cpu: 'arm64', libc: 'other' };
  assert.throws(() => findEngineLibrary(other as Parameters<typeof findEngineLibrary>[0]), {
    code: 'SPL_ENGINE_LIBRARY_MISSING',
    message: /@chdb\/lib-.*npm ci/,
  });
});
