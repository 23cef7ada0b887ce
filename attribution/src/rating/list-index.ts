import { canonicalProvider } from '@spanledger/schemas';
import { matchesAny } from './match-clause.ts';
import { bedrockCore, bedrockRegion, lastOfPath, withDashedDate, withoutSnapshot } from './model-name.ts';
import type { BookModel, Clause, PriceList } from './price-book.ts';

/** A model of the list, and whether the text is its own name or a dated snapshot of it rather than a similar one. */
export type ModelMatch = { readonly model: BookModel; readonly exact: boolean; readonly regionUnknown: boolean };

/** One price list, prepared for finding models in it. */
export type ListIndex = {
  readonly list: PriceList;
  /** `name` in lower case. */
  find(name: string): ModelMatch | undefined;
};

/**
 * Prepares a list. Where several clauses match, a literal name goes before patterns, and among patterns the first
 * model of the list wins.
 */
export function createListIndex(list: PriceList): ListIndex {
  const literals = new Map<string, BookModel>();
  const ids = new Map<string, BookModel>();
  const patterned: BookModel[] = [];
  for (const model of list.models) {
    setIfAbsent(ids, model.id.toLowerCase(), model);
    for (const clause of model.match) if ('equals' in clause) setIfAbsent(literals, clause.equals, model);
    if (model.match.some((clause) => !('equals' in clause))) patterned.push(model);
  }

  const findSpelling = (name: string): ModelMatch | undefined => {
    const literal = literals.get(name);
    const model = literal ?? patterned.find((candidate) => matchesAny(candidate.match, name)) ?? ids.get(name);
    if (model === undefined) return undefined;
    const exact = literal !== undefined || isOwnName(model, name);
    return { model, exact, regionUnknown: bedrockRegion(name) === '' && hasGlobalTwin(ids, model) };
  };

  return {
    list,
    find: (name) => {
      for (const spelling of spellingsOf(name, list)) {
        const match = findSpelling(spelling);
        if (match !== undefined) return match;
      }
      const match = findSpelling(withoutSnapshot(name));
      return match?.exact ? match : undefined;
    },
  };
}

/** The name as it stands, then without what gateways and resource paths put around it. */
function spellingsOf(name: string, list: PriceList): ReadonlySet<string> {
  const bare = lastOfPath(name);
  const slash = bare.indexOf('/');
  const ownPrefix = slash > 0 && isNameOf(list, bare.slice(0, slash));
  const unprefixed = ownPrefix ? bare.slice(slash + 1) : bare;
  return new Set([name, withDashedDate(name), bare, unprefixed, withDashedDate(unprefixed)]);
}

/** `gemini/gemini-2.5-flash`, as LiteLLM writes it, is Google's as `gcp.gemini` is. */
function isNameOf(list: PriceList, prefix: string): boolean {
  return prefix === list.id || list.names.includes(prefix) || list.names.includes(canonicalProvider(prefix));
}

function isOwnName(model: BookModel, name: string): boolean {
  const id = model.id.toLowerCase();
  const core = bedrockCore(name);
  const own = new Set([name, withoutSnapshot(name), core, withoutSnapshot(core)]);
  return own.has(id) || own.has(bedrockCore(id)) || model.match.some((clause) => own.has(literalOf(clause)));
}

function literalOf(clause: Clause): string {
  if ('starts_with' in clause) return clause.starts_with;
  return 'contains' in clause ? clause.contains : '';
}

/** Bedrock prices a model by region group; an id without one does not say which price applies. */
function hasGlobalTwin(ids: ReadonlyMap<string, BookModel>, model: BookModel): boolean {
  return model.id.startsWith('regional.') && ids.has(model.id.replace(/^regional\./, 'global.'));
}

function setIfAbsent(map: Map<string, BookModel>, key: string, model: BookModel): void {
  if (!map.has(key)) map.set(key, model);
}
