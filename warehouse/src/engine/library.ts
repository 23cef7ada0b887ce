import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { warehouseError } from '../errors.ts';

export type Platform = { readonly os: string; readonly cpu: string; readonly libc: 'glibc' | 'musl' | 'other' };

export type EngineLibrary = {
  /** Absolute path of the shared library. */
  readonly path: string;
  /** The package's version, such as `26.7.3-stable.1`: it starts with ClickHouse's. */
  readonly version: string;
};

/** What chdb publishes; anything else needs a ClickHouse server. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64-glibc': '@chdb/lib-linux-x64-gnu',
  'linux-arm64-glibc': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64-other': '@chdb/lib-darwin-x64',
  'darwin-arm64-other': '@chdb/lib-darwin-arm64',
};

const INSTEAD =
  'Run Spanledger under WSL 2, on Linux with glibc or on macOS, or use a ClickHouse server (26.3 or newer) by setting SPANLEDGER_CLICKHOUSE_URL.';

/** Finds the engine's shared library for this platform, or says which platform has none and what to do instead. */
export function findEngineLibrary(platform: Platform = currentPlatform()): EngineLibrary {
  const name = PACKAGES[`${platform.os}-${platform.cpu}-${platform.libc}`];
  if (name === undefined) {
    throw warehouseError(
      'SPL_PLATFORM_UNSUPPORTED',
      `The embedded ClickHouse engine does not exist for ${describe(platform)}. ${INSTEAD}`,
    );
  }
  const folder = packageFolder(name);
  const path = folder === undefined ? undefined : join(folder, 'libchdb.so');
  if (folder === undefined || path === undefined || !existsSync(path)) {
    throw warehouseError(
      'SPL_ENGINE_LIBRARY_MISSING',
      `The embedded ClickHouse engine for ${describe(platform)} is not installed: npm package ${name} is missing. Run "npm ci" without --omit=optional, or set SPANLEDGER_CLICKHOUSE_URL to a ClickHouse server.`,
    );
  }
  return { path, version: packageVersion(folder) };
}

function currentPlatform(): Platform {
  return { os: process.platform, cpu: process.arch, libc: process.platform === 'linux' ? linuxLibc() : 'other' };
}

/** Node says which C library it runs on only through its diagnostic report. */
function linuxLibc(): 'glibc' | 'musl' {
  // Otherwise the report looks up the names of all open connections' peers.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function describe({ os, cpu, libc }: Platform): string {
  const names: Readonly<Record<string, string>> = { win32: 'Windows', darwin: 'macOS', linux: 'Linux' };
  const detail = libc === 'musl' ? ' with musl (such as Alpine)' : '';
  return `${names[os] ?? os}${detail} on ${cpu}`;
}

/** The platform package is a dependency of chdb, so it is looked for from there; chdb's own code is never loaded. */
function packageFolder(name: string): string | undefined {
  try {
    const chdb = createRequire(import.meta.url).resolve('chdb/package.json');
    return dirname(createRequire(chdb).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function packageVersion(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
