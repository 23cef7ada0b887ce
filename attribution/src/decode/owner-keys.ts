import { type Spellings, spellings } from './attribute-keys.ts';

/** The attributes that name the team and the project that a span's cost belongs to, the preferred first. */
export type OwnerKeys = { readonly team: Spellings; readonly project: Spellings };

/** Names that an installation uses for teams and projects in its own attributes. */
export type OwnerAttributes = { readonly team: readonly string[]; readonly project: readonly string[] };

/** Where frameworks put what an application hands them as metadata, and gateways the owner of the key. */
const METADATA = [
  'traceloop.association.properties.',
  'langfuse.trace.metadata.',
  'langfuse.observation.metadata.',
  'langsmith.metadata.',
  'ai.telemetry.metadata.',
  'ai.settings.context.',
] as const;

const TEAM = [
  'spanledger.team',
  ...METADATA.map((prefix) => `${prefix}team`),
  'metadata.user_api_key_team_alias',
  'metadata.user_api_key_team_id',
];
const PROJECT = ['spanledger.project', ...METADATA.map((prefix) => `${prefix}project`)];

export const OWNER_KEYS: OwnerKeys = { team: spellings(...TEAM), project: spellings(...PROJECT) };

const known = new Map<string, Spellings>();

/** `spanledger.team` and `spanledger.project`, then the installation's own names, then those of frameworks. */
export function ownerKeysOf({ team, project }: OwnerAttributes): OwnerKeys {
  return {
    team: team.length === 0 ? OWNER_KEYS.team : withOwn(TEAM, team),
    project: project.length === 0 ? OWNER_KEYS.project : withOwn(PROJECT, project),
  };
}

/** Keys are registered for the life of the process, so each list once. */
function withOwn([first = '', ...rest]: readonly string[], own: readonly string[]): Spellings {
  const all = [...new Set([first, ...own, ...rest])];
  const name = all.join('\n');
  const found = known.get(name) ?? spellings(...all);
  known.set(name, found);
  return found;
}
