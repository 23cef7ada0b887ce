import {
  CONFIG_FILE_VARIABLE,
  type Config,
  environmentName,
  LATER_SETTINGS,
  nearestName,
  SETTINGS,
  type Setting,
  type SettingName,
  settingEntries,
} from '@spanledger/schemas';
import { cliError } from '../errors.ts';
import { type ConfigFile, parseConfigFile } from './config-file.ts';
import { type ConfigProblem, describeProblems, quoteValue } from './problem.ts';
import { readSettingText } from './setting-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigSources = {
  readonly file?: { readonly name: string; readonly text: string };
  readonly environment: Environment;
  /** Values of flags by setting name. */
  readonly flags: Readonly<Partial<Record<SettingName, string>>>;
};

type Found = { readonly value: unknown; readonly source: string };

const SECTIONS = new Set([...Object.keys(SETTINGS), ...Object.keys(LATER_SETTINGS)].flatMap(sectionOf));

/** Kubernetes sets these in every pod beside a Service that is called spanledger. */
const FROM_KUBERNETES = /^SPANLEDGER(_\w+)?_(SERVICE_HOST|SERVICE_PORT\w*|PORT(_\d+_(TCP|UDP|SCTP)\w*)?)$/;

/** Flags beat environment beats file beats default. Throws SPL_CONFIG_INVALID with every problem at once. */
export function loadConfig({ file, environment, flags }: ConfigSources): Config {
  const parsed = file === undefined ? undefined : parseConfigFile(file.name, file.text, SECTIONS);
  const problems = [...unknownInFile(parsed), ...unknownInEnvironment(environment)];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of settingEntries()) {
    const found = findValue(name, setting, flags, environment, parsed);
    const outcome =
      found === undefined ? { success: true, data: setting.default } : setting.schema.safeParse(found.value);
    if (outcome.success) values[name] = outcome.data;
    else if (found !== undefined) problems.push(wrongValue(name, setting, found));
  }
  problems.push(...contradictions(values));
  if (problems.length > 0) throw cliError('SPL_CONFIG_INVALID', describeProblems(problems));
  return values as Config;
}

function findValue(
  name: SettingName,
  setting: Setting<unknown>,
  flags: ConfigSources['flags'],
  environment: Environment,
  file: ConfigFile | undefined,
): Found | undefined {
  const flag = flags[name];
  if (flag !== undefined) return { value: readSettingText(setting.kind, flag), source: flagName(name) };
  const variable = environmentName(name);
  const text = environment[variable];
  if (text !== undefined && text !== '') {
    return { value: readSettingText(setting.kind, text), source: `environment variable ${variable}` };
  }
  const fromFile = file?.values.get(name);
  if (file === undefined || fromFile === undefined || fromFile.value === null) return undefined;
  return { value: fromFile.value, source: `${file.name} line ${fromFile.line}` };
}

/** `data_dir` → `--data-dir`, `otlp.grpc_address` → `--otlp-grpc-address`. */
function flagName(name: SettingName): string {
  return `--${name.replaceAll(/[._]/g, '-')}`;
}

function wrongValue(
  path: SettingName,
  { expected, schema }: Setting<unknown>,
  { value, source }: Found,
): ConfigProblem {
  const issue = schema.safeParse(value).error?.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  // Keys are hashed, yet a secret may have been pasted in place of its hash.
  const actual = path === 'ingest.keys' ? `something else${where}` : `${quoteValue(value)}${where}`;
  return { path, source, expected, actual, advice: 'See docs/configuration.md.' };
}

function* unknownInFile(file: ConfigFile | undefined): Generator<ConfigProblem> {
  if (file === undefined) return;
  for (const [path, { value, line }] of file.values) {
    if (path in SETTINGS) continue;
    yield unknownSetting(path, `${file.name} line ${line}`, value, Object.keys(SETTINGS), (name) => name);
  }
}

function* unknownInEnvironment(environment: Environment): Generator<ConfigProblem> {
  const known = new Set(Object.keys(SETTINGS).map(environmentName));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('SPANLEDGER_') || value === undefined || value === '') continue;
    if (known.has(variable) || variable === CONFIG_FILE_VARIABLE || FROM_KUBERNETES.test(variable)) continue;
    yield unknownSetting(variable, 'environment', value, [...known, CONFIG_FILE_VARIABLE], environmentName);
  }
}

function unknownSetting(
  path: string,
  source: string,
  value: unknown,
  known: readonly string[],
  nameHere: (setting: string) => string,
): ConfigProblem {
  const later = Object.keys(LATER_SETTINGS).find((name) => nameHere(name) === path || name.split('.')[0] === path);
  if (later !== undefined) {
    const advice = `${LATER_SETTINGS[later]} Leave the setting out.`;
    return { path, source, expected: 'nothing yet: a later version brings it', actual: quoteValue(value), advice };
  }
  const nearest = nearestName(path, known);
  const advice = nearest === undefined ? 'docs/configuration.md lists all settings.' : `Did you mean ${nearest}?`;
  return { path, source, expected: 'a known setting', actual: 'an unknown name', advice };
}

function* contradictions(values: Record<string, unknown>): Generator<ConfigProblem> {
  const request = Number(values['ingest.max_request_bytes']);
  const inFlight = Number(values['ingest.max_in_flight_bytes']);
  if (!(inFlight < request)) return;
  yield {
    path: 'ingest.max_in_flight_bytes',
    source: 'settings taken together',
    expected: `at least ingest.max_request_bytes (${request})`,
    actual: String(inFlight),
    advice: 'Otherwise the largest request could never be taken.',
  };
}

function sectionOf(name: string): string[] {
  const [section, rest] = name.split('.');
  return section === undefined || rest === undefined ? [] : [section];
}
