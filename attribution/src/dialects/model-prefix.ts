import { canonicalProvider } from '@spanledger/schemas';

/** With these begin paths of resources, as Google's APIs have them. */
const PATHS: ReadonlySet<string> = new Set(['models', 'tunedmodels', 'projects', 'publishers', 'endpoints']);

/** The provider that LiteLLM writes before a model's name (`openai/gpt-5-mini`); '' where there is none. */
export function providerBefore(model: string): string {
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : '';
  return PATHS.has(prefix.toLowerCase()) ? '' : canonicalProvider(prefix);
}
