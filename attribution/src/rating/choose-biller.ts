import { canonicalProvider, hostOwner } from '@spanledger/schemas';
import type { ListIndex } from './list-index.ts';
import { closedModelMaker } from './maker.ts';
import { matchesAny } from './match-clause.ts';
import { bedrockRegion } from './model-name.ts';
import type { PriceBook } from './price-book.ts';
import { reason } from './reasons.ts';
import { bareHost } from './server-host.ts';
import type { RatingRequest } from './types.ts';

/** A price list to look for the model in. */
export type Biller = {
  readonly index: ListIndex;
  /** Why it is a guess that this list bills the call; '' when it is none. */
  readonly assumed: string;
  /** The list of whoever served the call, whose service tiers hold, rather than one whose price is borrowed. */
  readonly isOwn: boolean;
  /** Only the model's own name counts, not one that resembles it. */
  readonly exactOnly: boolean;
};

/** Lists in the order in which they are asked; none, with the reason, where nobody is known to bill. */
export type Billers = { readonly asked: readonly Biller[]; readonly unpriced: string };

/** Whether a host is a proxy of the user's own, which passes calls on to whoever the span or the model names. */
export type IsProxy = (host: string) => boolean;

type Naming = Pick<RatingRequest, 'provider' | 'serverAddress' | 'operation'>;

/** Providers whose API others imitate: their name alone tells the API, not who answered. */
const IMITATED: ReadonlySet<string> = new Set(['openai', 'anthropic']);
/** Gateways that emitters name as the provider. */
const GATEWAY_NAMES: ReadonlySet<string> = new Set(['vercel', 'cloudflare-ai-gateway', 'portkey', 'helicone']);
/** Operations that a provider bills by a list of their own. */
const LISTS_OF_OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openai: { decide: 'openai-decisions', decisions: 'openai-decisions' },
};

/**
 * Prepares the question who bills. The host decides where it is known. A gateway passes the call on to the model's
 * maker. At a host that nobody is known to own, a client of an API that others imitate proves nothing: only models
 * that nobody can host himself are charged there, at their makers' prices, and it is a guess.
 */
export function createBillerChooser(
  book: PriceBook,
  indexes: ReadonlyMap<string, ListIndex>,
  isProxy: IsProxy,
): (names: Naming, models: readonly string[]) => Billers {
  const byName = new Map([...indexes.values()].flatMap((index) => index.list.names.map((name) => [name, index])));
  const hosts = book.lists.map((list) => ({ name: list.names[0] ?? '', pattern: new RegExp(`^(?:${list.hosts})`) }));

  const own = (index: ListIndex, assumed = ''): readonly Biller[] => {
    // Fallback goes one step: a fallback list's own fallbacks are not asked.
    const lent = (index.list.fallback ?? []).flatMap((id) => indexes.get(id) ?? []);
    return [
      { index, assumed, isOwn: true, exactOnly: false },
      ...lent.map((other) => ({ index: other, assumed, isOwn: false, exactOnly: false })),
    ];
  };

  const prefixList = (model: string): ListIndex | undefined =>
    byName.get(canonicalProvider(model.slice(0, Math.max(0, model.indexOf('/')))));

  const ownerOf = (model: string): ListIndex | undefined => {
    const prefixed = prefixList(model);
    if (prefixed !== undefined) return prefixed;
    if (isBedrockId(model)) return byName.get('aws.bedrock');
    const owners = [...indexes.values()].filter((index) => matchesAny(index.list.owns ?? [], model));
    return owners.length === 1 ? owners[0] : undefined;
  };

  /** The lists of whoever may have served models through somebody else's door. */
  const throughDoor = (models: readonly string[], stated: ListIndex | undefined, why: string, isClosed: boolean) =>
    models.flatMap((model): readonly Biller[] => {
      const maker = closedModelMaker(model);
      if (isClosed && maker === undefined) return [];
      const makers = isClosed ? byName.get(maker ?? '') : ownerOf(model);
      const lists = new Set([prefixList(model), stated, makers].filter((index) => index !== undefined));
      return [...lists].map((index) => ({ index, assumed: why, isOwn: true, exactOnly: isClosed }));
    });

  /** Hugging Face's router bills by whom it routes to: `openai/gpt-oss-120b:cerebras`. */
  const listOf = (provider: string, operation: string, models: readonly string[]): ListIndex | undefined => {
    const special = LISTS_OF_OPERATIONS[provider]?.[operation];
    if (special !== undefined) return byName.get(special);
    const routes = provider === 'huggingface' ? models.map((model) => `huggingface_${afterColon(model)}`) : [];
    return byName.get(routes.find((route) => byName.has(route)) ?? provider);
  };

  const atUnknownHost = (provider: string, host: string, models: readonly string[]): Billers => {
    const stated = byName.get(provider);
    const why = reason('unknown_host', host);
    if (provider !== '' && stated === undefined) return none(reason('unknown_provider', provider));
    if (stated !== undefined && !IMITATED.has(provider)) return { asked: own(stated, why), unpriced: '' };
    const asked = throughDoor(models, stated, why, true);
    return asked.length === 0 ? none(reason('unknown_biller', host)) : { asked, unpriced: '' };
  };

  const withoutHost = (provider: string, operation: string, models: readonly string[]): Billers => {
    const stated = listOf(provider, operation, models);
    if (stated !== undefined) return { asked: own(stated), unpriced: '' };
    if (provider !== '') return none(reason('unknown_provider', provider));
    const owner = models.map(ownerOf).find((index) => index !== undefined);
    if (owner === undefined) return none(reason('missing_provider', models[0] ?? ''));
    return { asked: own(owner, reason('provider_from_model', nameOf(owner))), unpriced: '' };
  };

  return (names, models) => {
    const provider = canonicalProvider(names.provider);
    const host = bareHost(names.serverAddress);
    if (host !== '' && isProxy(host))
      return { asked: throughDoor(models, byName.get(provider), '', false), unpriced: '' };
    const owner = hostOwner(host);
    const passesOn =
      owner?.role === 'gateway' ? host : GATEWAY_NAMES.has(provider) && owner === undefined ? provider : '';
    if (passesOn !== '')
      return { asked: throughDoor(models, byName.get(provider), reason('gateway', passesOn), false), unpriced: '' };
    if (host === '') return withoutHost(provider, names.operation, models);
    const biller = owner?.provider ?? hosts.find((entry) => entry.pattern.test(`https://${host}`))?.name;
    if (biller === undefined) return atUnknownHost(provider, host, models);
    const served = listOf(biller, names.operation, models);
    if (served === undefined) return none(reason('unknown_provider', biller));
    // Some emitters write a fixed host whoever was called (openlit on LiteLLM: OpenAI's).
    const elsewhere = throughDoor(models, byName.get(provider), reason('other_host', host), true);
    return { asked: [...own(served), ...elsewhere.filter(({ index }) => index !== served)], unpriced: '' };
  };
}

function none(unpriced: string): Billers {
  return { asked: [], unpriced };
}

function afterColon(model: string): string {
  return model.slice(model.lastIndexOf(':') + 1);
}

function nameOf(index: ListIndex): string {
  return index.list.names[0] ?? index.list.id;
}

function isBedrockId(name: string): boolean {
  return bedrockRegion(name) !== '' || /^(?:anthropic|amazon|meta|cohere|mistral|ai21|deepseek)\.[a-z]/.test(name);
}
