import { ABSENT } from '../../decode/attribute-value.ts';
import { readTable, take, usageTable } from '../read-usage.ts';
import { type UsageField, UsageTotals } from '../usage-totals.ts';
import type { UsagePlace } from '../usage-trail.ts';
import { field, type Json, listOf, objectOf, textOf } from './json.ts';

/** Tools that the provider ran and bills beside the tokens, where its response tells of them outside its usage. */

const OPENAI_TOOL_USAGE = usageTable('tool_usage', { webSearch: 'web_search.num_requests' });
const IMAGE_TOOL = usageTable('tool_usage.image_gen', {
  input: 'input_tokens',
  output: 'output_tokens',
  imageInput: 'input_tokens_details.image_tokens',
  // All that it puts out is images, where it does not say how much of it is text.
  imageOutput: ['output_tokens_details.image_tokens', 'output_tokens'],
});
/** What OpenAI takes where a request names none. */
const DEFAULT_IMAGE_MODEL = 'gpt-image-1';
const WEB_SEARCH_ITEMS: UsagePlace = { field: 'webSearch', text: 'output[web_search_call]' };
const FILE_SEARCH_ITEMS: UsagePlace = { field: 'fileSearch', text: 'output[file_search_call]' };
const CONTAINERS: UsagePlace = { field: 'codeExecution', text: 'output[code_interpreter_call].container_id' };
const GROUNDED_QUERIES: UsagePlace = { field: 'webSearch', text: 'groundingMetadata.webSearchQueries' };

/** Gemini before version 3 bills a grounded prompt, since then each query. */
const BILLED_BY_PROMPT = /gemini-(?:1|2)[.-]/;

export function readResponseTools(totals: UsageTotals, response: Json, model: string): void {
  const toolUsage = objectOf(response['tool_usage']);
  readTable(totals, toolUsage, OPENAI_TOOL_USAGE);
  addImageTool(totals, objectOf(toolUsage?.['image_gen']), response['tools']);
  if (Array.isArray(response['output'])) readOutputItems(totals, response['output']);
  for (const candidate of listOf(response['candidates'])) {
    const metadata = field(objectOf(candidate), 'groundingMetadata', 'grounding_metadata');
    readGrounding(totals, metadata, model);
  }
}

/** The image tool is another model, whose tokens stand apart from the response's own. */
function addImageTool(totals: UsageTotals, usage: Json | undefined, tools: unknown): void {
  if (usage === undefined) return;
  const used = new UsageTotals();
  readTable(used, usage, IMAGE_TOOL);
  if (used.input === ABSENT && used.output === ABSENT) return;
  const definition = listOf(tools)
    .map(objectOf)
    .find((tool) => tool?.['type'] === 'image_generation');
  const model = textOf(definition?.['model']);
  const assumed = model === '' ? `the image tool's model is not named; taken for ${DEFAULT_IMAGE_MODEL}` : '';
  totals.parts = [...totals.parts, { model: model || DEFAULT_IMAGE_MODEL, totals: used, shape: 'inclusive', assumed }];
}

/** Searches of Google's that a Gemini answer rests on. */
export function readGrounding(totals: UsageTotals, metadata: unknown, model: string): void {
  const queries = listOf(field(objectOf(metadata), 'webSearchQueries', 'web_search_queries'));
  const count = new Set(queries.filter((query) => query !== '')).size;
  if (count === 0 || totals.webSearch !== ABSENT) return;
  take(totals, GROUNDED_QUERIES, 'webSearch', BILLED_BY_PROMPT.test(model) ? 1 : count);
}

/** OpenAI's Responses API lists what its tools did; a container is billed once, however many snippets ran in it. */
function readOutputItems(totals: UsageTotals, items: readonly unknown[]): void {
  let webSearches = 0;
  let fileSearches = 0;
  const containers = new Set<string>();
  for (const entry of items) {
    const item = objectOf(entry);
    if (item?.['type'] === 'web_search_call' && isSearch(item)) webSearches += 1;
    else if (item?.['type'] === 'file_search_call') fileSearches += 1;
    else if (item?.['type'] === 'code_interpreter_call') containers.add(textOf(item['container_id']));
  }
  takeCount(totals, WEB_SEARCH_ITEMS, 'webSearch', webSearches);
  takeCount(totals, FILE_SEARCH_ITEMS, 'fileSearch', fileSearches);
  takeCount(totals, CONTAINERS, 'codeExecution', containers.size);
}

/** Opening a found page, or finding a text in it, is no search. */
function isSearch(item: Json): boolean {
  const action = textOf(objectOf(item['action'])?.['type']);
  return action === '' || action === 'search';
}

function takeCount(totals: UsageTotals, place: UsagePlace, usageField: UsageField, count: number): void {
  if (count > 0 && totals[usageField] === ABSENT) take(totals, place, usageField, count);
}
