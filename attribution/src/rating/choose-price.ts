import { canonicalProvider } from '@spanledger/schemas';
import { createListIndex, type ListIndex, type ModelMatch } from './list-index.ts';
import { matchesAny } from './match-clause.ts';
import { bedrockRegion, withoutArn } from './model-name.ts';
import type { BookModel, PriceBook, PriceList } from './price-book.ts';
import { joinReasons, reason } from './reasons.ts';
import type { RatingRequest } from './types.ts';

/** The model whose prices a call is charged at, with the guesses made; or why there is none. */
type Choice =
  | { readonly list: PriceList; readonly model: BookModel; readonly assumed: string; readonly ownList: boolean }
  | { readonly unpriced: string };

type ChosenList = { readonly index: ListIndex; readonly assumed: string };
type Names = Pick<RatingRequest, 'provider' | 'requestModel' | 'responseModel' | 'serverAddress'>;

/** Longer names are nobody's model; looking for them in every clause would only cost time. */
const MAX_NAME_LENGTH = 256;

/** Prepares the search of a book: first who bills, then which of his models. */
export function createPriceChooser(book: PriceBook): (names: Names) => Choice {
  const indexes = new Map(book.lists.map((list) => [list.id, createListIndex(list)]));
  const byName = new Map([...indexes.values()].flatMap((index) => index.list.names.map((name) => [name, index])));
  const hosts = [...indexes.values()].map((index) => ({ index, pattern: new RegExp(`^(?:${index.list.hosts})`) }));

  const listOfHost = (address: string): ListIndex | undefined => {
    if (address === '' || address.length > MAX_NAME_LENGTH) return undefined;
    const url = address.includes('://') ? address : `https://${address}`;
    return hosts.find((host) => host.pattern.test(url.toLowerCase()))?.index;
  };

  const listOfModel = (models: readonly string[]): ListIndex | undefined => {
    for (const model of models) {
      const prefixed = byName.get(canonicalProvider(model.slice(0, Math.max(0, model.indexOf('/')))));
      if (prefixed !== undefined) return prefixed;
      if (isBedrockId(model)) return byName.get('aws.bedrock');
      const owners = [...indexes.values()].filter((index) => matchesAny(index.list.owns ?? [], model));
      if (owners.length === 1) return owners[0];
    }
    return undefined;
  };

  const chooseList = (names: Names, models: readonly string[]): ChosenList | string => {
    const provider = canonicalProvider(names.provider);
    const stated = byName.get(provider) ?? listOfHost(names.serverAddress);
    if (stated !== undefined) return { index: stated, assumed: '' };
    if (provider !== '') return reason('unknown_provider', provider);
    const owner = listOfModel(models);
    if (owner === undefined) return reason('missing_provider', models[0] ?? '');
    return { index: owner, assumed: reason('provider_from_model', owner.list.names[0] ?? owner.list.id) };
  };

  return (names) => {
    const models = candidates(names);
    const named = models[0];
    if (named === undefined) return { unpriced: reason('missing_model', '') };
    if (models.some((name) => name.length > MAX_NAME_LENGTH)) return { unpriced: reason('unknown_model', named) };
    const chosen = chooseList(names, models);
    if (typeof chosen === 'string') return { unpriced: chosen };
    const searched = [chosen.index, ...fallbacks(chosen.index, indexes)];
    for (const name of models) {
      for (const index of searched) {
        const match = index.find(afterProvider(name, chosen.assumed, index));
        if (match !== undefined) return toChoice(index, match, chosen, substituteFor(name, names));
      }
    }
    return { unpriced: reason('unknown_model', named) };
  };
}

function toLookupName(name: string): string {
  return withoutArn(name.trim().toLowerCase());
}

/** What served the call goes before what was asked for, unless only the latter says in which region (Bedrock). */
function candidates(names: Names): readonly string[] {
  const models = [names.responseModel, names.requestModel].map(toLookupName).filter((name) => name !== '');
  const [response, request] = models;
  if (
    response !== undefined &&
    request !== undefined &&
    bedrockRegion(request) !== '' &&
    bedrockRegion(response) === ''
  )
    return [request, response];
  return models;
}

/** The model that served the call is not in the book: the price of the one asked for is a guess. */
function substituteFor(name: string, names: Names): string {
  const served = toLookupName(names.responseModel);
  return served === '' || served === name || bedrockRegion(name) !== '' ? '' : reason('request_model', served);
}

function toChoice(index: ListIndex, match: ModelMatch, chosen: ChosenList, substitute: string): Choice {
  const ownList = index === chosen.index;
  const assumed = joinReasons(
    chosen.assumed,
    substitute,
    ownList ? '' : reason('fallback_list', `${index.list.id}/${match.model.id}`),
    match.exact ? '' : reason('similar_model', match.model.id),
    match.regionUnknown ? reason('region_unknown', match.model.id) : '',
  );
  return { list: index.list, model: match.model, assumed, ownList };
}

/** Fallback goes one step: a fallback list's own fallbacks are not asked. */
function fallbacks(index: ListIndex, indexes: ReadonlyMap<string, ListIndex>): readonly ListIndex[] {
  return (index.list.fallback ?? []).flatMap((id) => indexes.get(id) ?? []);
}

/** `anthropic/claude-...` of a gateway, once its prefix told the provider. */
function afterProvider(name: string, assumed: string, index: ListIndex): string {
  const slash = name.indexOf('/');
  const prefixTells = assumed !== '' && slash > 0 && index.list.names.includes(canonicalProvider(name.slice(0, slash)));
  return prefixTells ? name.slice(slash + 1) : name;
}

function isBedrockId(name: string): boolean {
  return bedrockRegion(name) !== '' || /^(?:anthropic|amazon|meta|cohere|mistral|ai21|deepseek)\.[a-z]/.test(name);
}
