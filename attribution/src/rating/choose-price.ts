import { canonicalProvider } from '@spanledger/schemas';
import { type Biller, createBillerChooser, type IsProxy } from './choose-biller.ts';
import { createListIndex, type ModelMatch } from './list-index.ts';
import { bedrockRegion, withoutArn } from './model-name.ts';
import type { BookModel, PriceBook, PriceList } from './price-book.ts';
import { joinReasons, reason } from './reasons.ts';
import type { RatingRequest } from './types.ts';

/** The model whose prices a call is charged at, with the guesses made; or why there is none. */
type Choice =
  | { readonly list: PriceList; readonly model: BookModel; readonly assumed: string; readonly ownList: boolean }
  | { readonly unpriced: string };

type Names = Pick<RatingRequest, 'provider' | 'requestModel' | 'responseModel' | 'serverAddress' | 'operation'>;

/** Longer names are nobody's model; looking for them in every clause would only cost time. */
const MAX_NAME_LENGTH = 256;

const NO_PROXY: IsProxy = () => false;

/** Prepares the search of a book: first who bills, then which of his models. */
export function createPriceChooser(book: PriceBook, isProxy: IsProxy = NO_PROXY): (names: Names) => Choice {
  const indexes = new Map(book.lists.map((list) => [list.id, createListIndex(list)]));
  const chooseBillers = createBillerChooser(book, indexes, isProxy);

  return (names) => {
    const models = candidates(names);
    const named = models[0];
    if (named === undefined) return { unpriced: reason('missing_model', '') };
    if (models.some((name) => name.length > MAX_NAME_LENGTH)) return { unpriced: reason('unknown_model', named) };
    const { asked, unpriced } = chooseBillers(names, models);
    if (unpriced !== '') return { unpriced };
    for (const name of models) {
      for (const biller of asked) {
        const match = biller.index.find(withoutRoute(name, biller)) ?? biller.index.find(name);
        if (match !== undefined && (match.exact || !biller.exactOnly))
          return toChoice(biller, match, substituteFor(name, names));
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

function toChoice(biller: Biller, match: ModelMatch, substitute: string): Choice {
  const { list } = biller.index;
  const assumed = joinReasons(
    biller.assumed,
    substitute,
    biller.isOwn ? '' : reason('fallback_list', `${list.id}/${match.model.id}`),
    match.exact ? '' : reason('similar_model', match.model.id),
    match.regionUnknown ? reason('region_unknown', match.model.id) : '',
  );
  return { list, model: match.model, assumed, ownList: biller.isOwn };
}

/**
 * `anthropic/claude-...` and `bedrock/us.anthropic...` as gateways write them once the prefix told the provider, and
 * `openai/gpt-oss-120b:cerebras` as Hugging Face does.
 */
function withoutRoute(name: string, biller: Biller): string {
  const { id, names } = biller.index.list;
  if (id.startsWith('huggingface_')) return name.replace(/:[a-z-]+$/, '');
  const slash = name.indexOf('/');
  const prefixTells = biller.assumed !== '' && slash > 0 && names.includes(canonicalProvider(name.slice(0, slash)));
  return prefixTells ? name.slice(slash + 1) : name;
}
