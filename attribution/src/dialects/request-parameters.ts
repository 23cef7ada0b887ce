import { requestedTier } from './gen-ai-call.ts';
import { field, type Json, listOf, objectOf, textOf } from './provider-usage/json.ts';

/**
 * The modes that a request asks for and that prices depend on, joined by `+`: its service tier, and Perplexity's kind
 * of search.
 */
export function requestedModes(parameters: Json | undefined): string {
  const tier = requestedTier(textOf(parameters?.['service_tier']));
  const search = searchTypeOf(parameters);
  return [tier, search === '' ? '' : `search_type:${search}`].filter((mode) => mode !== '').join('+');
}

/** The endpoint to which a request pins OpenRouter, such as `mistral/eu`; '' where it leaves a choice. */
export function pinnedRoute(parameters: Json | undefined): string {
  const routing = objectOf(parameters?.['provider']) ?? objectOf(objectOf(parameters?.['extra_body'])?.['provider']);
  const allowed = listOf(routing?.['only']);
  if (allowed.length === 1) return textOf(allowed[0]);
  return routing?.['allow_fallbacks'] === false ? onlyOne(listOf(routing['order'])) : '';
}

function searchTypeOf(parameters: Json | undefined): string {
  const options = objectOf(parameters?.['web_search_options']);
  const tool = listOf(parameters?.['tools'])
    .map(objectOf)
    .find((entry) => entry?.['type'] === 'web_search');
  return textOf(field(options, 'search_type')) || textOf(tool?.['search_type']);
}

function onlyOne(list: readonly unknown[]): string {
  return list.length === 1 ? textOf(list[0]) : '';
}
