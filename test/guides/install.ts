import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { NamedGuide } from './read-guides.ts';

/** A folder with the guide's files and its packages, or why the registry could not be asked. */
export type Installed = { readonly folder: string } | { readonly unreachable: string };

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/spanledger-guides');
const INSTALL_TIMEOUT_MS = 170_000;
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED)\b|Failed to establish a new connection|Temporary failure in name resolution/;
const NPM_OPTIONS = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--prefer-offline'];
const PIP_OPTIONS = ['--quiet', '--disable-pip-version-check', '--no-input'];

const run = promisify(execFile);

/** Installs what a guide pins into a folder outside the tracked tree; what is there from an earlier run is used again. */
export async function installGuide(guide: NamedGuide): Promise<Installed> {
  const folder = join(CACHE, guide.language, guide.name);
  const stamp = join(folder, 'installed.json');
  const wanted = JSON.stringify(guide.packages);
  mkdirSync(folder, { recursive: true });
  for (const from of [join(guide.folder, '../programs'), guide.folder]) cpSync(from, folder, { recursive: true });
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { folder };
  try {
    await (guide.language === 'javascript' ? npmInstall(guide, folder) : pipInstall(guide, folder));
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const [reason] = UNREACHABLE.exec(stderr) ?? [];
    if (reason !== undefined) return { unreachable: reason };
    throw new Error(`The packages of ${guide.name} cannot be installed: ${stderr.slice(-2_000) || message}`);
  }
  writeFileSync(stamp, wanted);
  return { folder };
}

async function npmInstall({ packages }: NamedGuide, folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const names = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  // npm keeps compiled code in the folder for temporary files.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
  await run('npm', ['install', ...NPM_OPTIONS, ...names], { cwd: folder, env, timeout: INSTALL_TIMEOUT_MS });
}

async function pipInstall({ packages }: NamedGuide, folder: string): Promise<void> {
  await run('python3', ['-m', 'venv', '--clear', 'venv'], { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
  const names = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  const pip = join(folder, 'venv/bin/pip');
  await run(pip, ['install', ...PIP_OPTIONS, ...names], { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
}
