import { addTable, readTable, take, usageTable } from '../read-usage.ts';
import type { UsageField, UsageTotals } from '../usage-totals.ts';
import type { UsagePlace } from '../usage-trail.ts';
import { countIn, field, hasAny, type Json, listOf, objectOf, textOf } from './json.ts';
import type { UsageExtras, UsageFormat } from './provider-usage.ts';

/**
 * Gemini and Vertex (camel or snake case), the Live API (`response...`) and the Interactions API (`total_...`):
 * cached tokens lie within the prompt, thoughts and the prompts of tools beside the other counts.
 */
const TABLE = usageTable('usageMetadata', {
  input: ['promptTokenCount', 'prompt_token_count', 'total_input_tokens'],
  output: [
    ...['candidatesTokenCount', 'candidates_token_count', 'responseTokenCount', 'response_token_count'],
    'total_output_tokens',
  ],
  cacheRead: ['cachedContentTokenCount', 'cached_content_token_count', 'total_cached_tokens'],
  reasoning: ['thoughtsTokenCount', 'thoughts_token_count', 'total_thought_tokens', 'total_reasoning_tokens'],
});
const TOOL_PROMPTS = usageTable('usageMetadata', {
  input: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count', 'total_tool_use_tokens'],
});
const OWN_FIELDS = [
  ...['promptTokenCount', 'prompt_token_count', 'candidatesTokenCount', 'candidates_token_count'],
  ...['responseTokenCount', 'total_input_tokens', 'total_output_tokens'],
];

type Modalities = Readonly<Record<string, number>>;
type ModalityField = { readonly modality: string; readonly place: UsagePlace & { readonly field: UsageField } };

const PROMPT_DETAILS = ['promptTokensDetails', 'prompt_tokens_details', 'input_tokens_by_modality'];
const CACHE_DETAILS = ['cacheTokensDetails', 'cache_tokens_details', 'cached_tokens_by_modality'];
const OUTPUT_DETAILS = [
  ...['candidatesTokensDetails', 'candidates_tokens_details', 'responseTokensDetails', 'response_tokens_details'],
  'output_tokens_by_modality',
];
const INPUT_FIELDS = modalityFields('promptTokensDetails', { AUDIO: 'audioInput', IMAGE: 'imageInput' });
const VIDEO_INPUT = modalityFields('promptTokensDetails', { VIDEO: 'videoInput' });
const CACHE_FIELDS = modalityFields('cacheTokensDetails', { AUDIO: 'audioCacheRead', IMAGE: 'imageCacheRead' });
const OUTPUT_FIELDS = modalityFields('candidatesTokensDetails', {
  AUDIO: 'audioOutput',
  IMAGE: 'imageOutput',
  VIDEO: 'videoOutput',
});

export const geminiUsage: UsageFormat = {
  api: 'gemini',
  shape: 'inclusive',
  matches: (usage) => hasAny(usage, OWN_FIELDS),
  read,
};

function read(usage: Json, totals: UsageTotals): UsageExtras {
  readTable(totals, usage, TABLE);
  addTable(totals, usage, TOOL_PROMPTS);
  totals.isReasoningExtra = !isThoughtWithin(totals, field(usage, 'totalTokenCount', 'total_token_count'));
  const cached = modalitiesOf(field(usage, ...CACHE_DETAILS));
  const prompt = modalitiesOf(field(usage, ...PROMPT_DETAILS));
  takeModalities(totals, prompt, INPUT_FIELDS);
  // Cached video has no meter of its own and stays with the cached text.
  takeModalities(totals, { VIDEO: (prompt['VIDEO'] ?? 0) - (cached['VIDEO'] ?? 0) }, VIDEO_INPUT);
  takeModalities(totals, cached, CACHE_FIELDS);
  takeModalities(totals, modalitiesOf(field(usage, ...OUTPUT_DETAILS)), OUTPUT_FIELDS);
  return { serviceTier: tierOf(usage) };
}

/** What Google's Agent Development Kit makes of another provider's usage: the answer holds its reasoning, as the total shows. */
function isThoughtWithin(totals: UsageTotals, total: unknown): boolean {
  return totals.reasoning > 0 && totals.reasoning <= totals.output && total === totals.input + totals.output;
}

/** Gemini names the tier, Vertex the kind of traffic: `ON_DEMAND_PRIORITY`, `PROVISIONED_THROUGHPUT`. */
function tierOf(usage: Json): string {
  const tier = textOf(field(usage, 'serviceTier', 'service_tier'))
    .toLowerCase()
    .replace(/^service_tier_/, '');
  const traffic = textOf(field(usage, 'trafficType', 'traffic_type'))
    .toLowerCase()
    .replace(/^on_demand_/, '');
  const named = tier || traffic;
  return named === 'unspecified' || named === 'traffic_type_unspecified' ? '' : named;
}

function modalityFields(name: string, fields: Readonly<Record<string, UsageField>>): readonly ModalityField[] {
  return Object.entries(fields).map(([modality, usageField]) => ({
    modality,
    place: { field: usageField, text: `usageMetadata.${name}.${modality}` },
  }));
}

function takeModalities(totals: UsageTotals, counts: Modalities, fields: readonly ModalityField[]): void {
  for (const { modality, place } of fields) {
    const count = counts[modality];
    if (count !== undefined && count > 0) take(totals, place, place.field, count);
  }
}

/** `[{modality: 'AUDIO', tokenCount: 9}]`, in any of the spellings, as counts by modality. */
function modalitiesOf(details: unknown): Modalities {
  const counts: Record<string, number> = {};
  for (const entry of listOf(details)) {
    const detail = objectOf(entry);
    const modality = textOf(detail?.['modality']).toUpperCase();
    const count = countIn(field(detail, 'tokenCount', 'token_count', 'tokens'));
    if (count > 0) counts[modality] = (counts[modality] ?? 0) + count;
  }
  return counts;
}
