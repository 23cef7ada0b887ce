import type { CallFacts, Classification, SpanIdentity } from '../facts.ts';
import type { Lineage } from '../lineage/lineage.ts';
import type { RowState, Suppression } from './row-state.ts';
import { splitWord, WordBook } from './word-book.ts';

/**
 * The words of a ledger row: texts that go together, one dictionary entry for all of them. Which fields stand where is
 * documented with the table (schemas/clickhouse/0004_packed_ledger.sql); the published views read them too.
 */
export type Owner = Pick<Lineage, 'team' | 'project' | 'agentName' | 'environment' | 'serviceName' | 'callerAgentName'>;

const owners = new WordBook();
const emitters = new WordBook();
const calls = new WordBook();
const suppressions = new WordBook();

/** The caller stands last and came later: rows from before have no such field, which reads as none. */
export function ownerWord({ team, project, agentName, environment, serviceName, callerAgentName }: Owner): string {
  return owners.word(team, project, agentName, environment, serviceName, callerAgentName);
}

export function readOwnerWord(word: string): Owner {
  const [team = '', project = '', agentName = '', environment = '', serviceName = '', callerAgentName = ''] =
    splitWord(word);
  return { team, project, agentName, environment, serviceName, callerAgentName };
}

export function emitterWord(identity: SpanIdentity, { dialect, rule }: Classification, ingestKeyId: string): string {
  return emitters.word(identity.scopeName, identity.scopeVersion, dialect, rule, ingestKeyId);
}

export function readEmitterWord(word: string) {
  const [scopeName = '', scopeVersion = '', dialect = '', rule = '', ingestKeyId = ''] = splitWord(word);
  return { scopeName, scopeVersion, dialect, rule, ingestKeyId };
}

/** A call's names and by what it was charged: all that does not differ from call to call. A tool call with a fee has no names. */
export function callWord(call: CallFacts | undefined, { rated, priceBookVersion, rulesVersion }: RowState): string {
  return calls.word(
    call?.provider ?? '',
    call?.requestModel ?? '',
    call?.responseModel ?? '',
    rated?.pricedModel ?? '',
    call?.operation ?? '',
    call?.serviceTier ?? '',
    call?.region ?? '',
    call?.serverAddress ?? '',
    call?.usage.status === 'stated' ? call.usage.source : '',
    priceBookVersion,
    rulesVersion < SMALL ? (SMALL_NUMBERS[rulesVersion] as string) : `${rulesVersion}`,
  );
}

const SMALL = 256;
const SMALL_NUMBERS = Array.from({ length: SMALL }, (_, number) => `${number}`);

export function readCallWord(word: string) {
  const [provider = '', requestModel = '', responseModel = '', pricedModel = '', operation = '', ...more] =
    splitWord(word);
  const [serviceTier = '', region = '', serverAddress = '', usageSource = '', priceBookVersion = '', rules = '0'] =
    more;
  const names = { provider, requestModel, responseModel, operation, serviceTier, region, serverAddress };
  return { names, usageSource, pricedModel, priceBookVersion, rulesVersion: Number(rules) };
}

export function suppressedWord({ reason, rule }: Suppression): string {
  return suppressions.word(reason, rule);
}

export function readSuppressedWord(word: string): Pick<Suppression, 'reason' | 'rule'> {
  const [reason = '', rule = ''] = splitWord(word);
  return { reason: reason as Suppression['reason'], rule };
}
