import type { Meter } from '@spanledger/schemas';
import type { RatingRequest } from '../../src/rating/types.ts';

/**
 * Calls whose price can be checked by hand against the billers' public price pages. Each line is worked out:
 * quantity × price per unit (× factors) = cost in USD; `1h` are 3,600 seconds.
 */
export type Invoice = {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly call?: Partial<RatingRequest>;
  readonly lines: Readonly<Partial<Record<Meter, string>>>;
  readonly total: string;
};

export const INVOICES: readonly Invoice[] = [
  {
    name: 'OpenAI: a chat with cached input and reasoning',
    provider: 'openai',
    model: 'gpt-5-mini-2025-08-07',
    lines: {
      input: '176 × 0.25 / 1M = 0.000044',
      cache_read: '1024 × 0.025 / 1M = 0.0000256',
      output: '94 × 2 / 1M = 0.000188',
      reasoning: '256 × 2 / 1M = 0.000512',
    },
    total: '0.0007696',
  },
  {
    name: 'OpenAI: GPT-6.1 Terra below its threshold',
    provider: 'openai',
    model: 'gpt-6.1-terra',
    lines: { input: '270000 × 1 / 1M = 0.27', output: '20000 × 5 / 1M = 0.1' },
    total: '0.37',
  },
  {
    name: 'OpenAI: GPT-6.1 Terra above its threshold',
    provider: 'openai',
    model: 'gpt-6.1-terra',
    lines: { input: '300000 × 2 / 1M = 0.6', output: '20000 × 7.5 / 1M = 0.15' },
    total: '0.75',
  },
  {
    name: 'OpenAI: flex',
    provider: 'openai',
    model: 'gpt-5',
    call: { serviceTier: 'flex' },
    lines: { input: '10000 × 0.625 / 1M = 0.00625', output: '1000 × 5 / 1M = 0.005' },
    total: '0.01125',
  },
  {
    name: 'OpenAI: priority, with a web search at its usual fee',
    provider: 'openai',
    model: 'gpt-5.4',
    call: { serviceTier: 'priority' },
    lines: { input: '1000 × 5 / 1M = 0.005', output: '100 × 30 / 1M = 0.003', web_search: '2 × 10 / 1K = 0.02' },
    total: '0.028',
  },
  {
    name: 'OpenAI: a batch of long contexts processed in the EU: half, twice, 1.1 times',
    provider: 'openai',
    model: 'gpt-5.4',
    call: { serviceTier: 'batch', region: 'eu', serverAddress: 'eu.api.openai.com' },
    lines: {
      input: '300000 × 2.5 × 1.1 / 1M = 0.825',
      cache_read: '10000 × 0.25 × 1.1 / 1M = 0.00275',
      output: '1000 × 11.25 × 1.1 / 1M = 0.012375',
    },
    total: '0.840125',
  },
  {
    name: 'OpenAI: embeddings',
    provider: 'openai',
    model: 'text-embedding-3-large',
    call: { operation: 'embeddings' },
    lines: { input: '8191 × 0.13 / 1M = 0.00106483' },
    total: '0.00106483',
  },
  {
    name: 'OpenAI: a minute of Whisper (0.006 USD)',
    provider: 'openai',
    model: 'whisper-1',
    lines: { second: '60 × 0.36 / 1h = 0.006' },
    total: '0.006',
  },
  {
    name: 'OpenAI: speech by the character',
    provider: 'openai',
    model: 'tts-1',
    lines: { character: '4096 × 15 / 1M = 0.06144' },
    total: '0.06144',
  },
  {
    name: 'OpenAI: a picture out of text and a picture',
    provider: 'openai',
    model: 'gpt-image-1',
    lines: {
      input: '50 × 5 / 1M = 0.00025',
      image_input: '323 × 10 / 1M = 0.00323',
      output: '4160 × 40 / 1M = 0.1664',
    },
    total: '0.16988',
  },
  {
    name: 'OpenAI: a turn of realtime speech',
    provider: 'openai',
    model: 'gpt-realtime',
    lines: {
      input: '119 × 4 / 1M = 0.000476',
      audio_input: '127 × 32 / 1M = 0.004064',
      audio_cache_read: '64 × 0.4 / 1M = 0.0000256',
      output: '30 × 16 / 1M = 0.00048',
      audio_output: '91 × 64 / 1M = 0.005824',
    },
    total: '0.0108696',
  },
  {
    name: 'OpenAI: cache writes for 30 minutes and 12 hours',
    provider: 'openai',
    model: 'gpt-6.1-terra',
    lines: {
      cache_write_30m: '2000 × 1.25 / 1M = 0.0025',
      cache_write_12h: '1000 × 1.25 × 2 / 1M = 0.0025',
      cache_read: '5000 × 0.05 / 1M = 0.00025',
    },
    total: '0.00525',
  },
  {
    name: 'Anthropic: an hour of an agent, as its pricing page works it out (0.525 USD, of which 0.08 for the hour itself)',
    provider: 'anthropic',
    model: 'claude-opus-4-6',
    lines: {
      input: '10000 × 5 / 1M = 0.05',
      cache_read: '40000 × 0.5 / 1M = 0.02',
      output: '15000 × 25 / 1M = 0.375',
    },
    total: '0.445',
  },
  {
    name: 'Anthropic: cache writes of both lifetimes and a web search',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    lines: {
      input: '30 × 3 / 1M = 0.00009',
      cache_read: '2000 × 0.3 / 1M = 0.0006',
      cache_write_5m: '400 × 3.75 / 1M = 0.0015',
      cache_write_1h: '100 × 6 / 1M = 0.0006',
      output: '120 × 15 / 1M = 0.0018',
      web_search: '1 × 10 / 1K = 0.01',
    },
    total: '0.01459',
  },
  {
    name: 'Anthropic: a batch in the US only',
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    call: { serviceTier: 'batch', region: 'us' },
    lines: { input: '100000 × 2 × 1.1 / 1M = 0.22', output: '10000 × 10 × 1.1 / 1M = 0.11' },
    total: '0.33',
  },
  {
    name: 'Anthropic: fast mode, with its web fetch free',
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    call: { serviceTier: 'fast' },
    lines: { input: '1000 × 8 / 1M = 0.008', output: '500 × 40 / 1M = 0.02', web_fetch: '2 × 0 / 1K = 0' },
    total: '0.028',
  },
  {
    name: 'Anthropic: Haiku 5.5 with one token more than 100,000',
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    lines: { input: '100001 × 0.5 / 1M = 0.0500005', output: '10 × 2.5 / 1M = 0.000025' },
    total: '0.0500255',
  },
  {
    name: 'Bedrock: Claude in a region, 10 % above global',
    provider: 'aws.bedrock',
    model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    call: { serverAddress: 'bedrock-runtime.eu-central-1.amazonaws.com' },
    lines: {
      input: '1000 × 3.3 / 1M = 0.0033',
      cache_write_5m: '500 × 4.125 / 1M = 0.0020625',
      output: '200 × 16.5 / 1M = 0.0033',
    },
    total: '0.0086625',
  },
  {
    name: 'Vertex AI: Claude at a regional endpoint, 10 % above global',
    provider: 'gcp.vertex_ai',
    model: 'claude-opus-4-5@20251101',
    call: { region: 'us-east5', serverAddress: 'us-east5-aiplatform.googleapis.com' },
    lines: { input: '1000 × 5 × 1.1 / 1M = 0.0055', output: '100 × 25 × 1.1 / 1M = 0.00275' },
    total: '0.00825',
  },
  {
    name: 'Gemini: exactly 200,000 tokens of input are no long context',
    provider: 'gcp.gemini',
    model: 'gemini-2.5-pro',
    lines: {
      input: '150000 × 1.25 / 1M = 0.1875',
      cache_read: '50000 × 0.125 / 1M = 0.00625',
      output: '1000 × 10 / 1M = 0.01',
    },
    total: '0.20375',
  },
  {
    name: 'Gemini: text, audio and pictures in, thoughts out',
    provider: 'gcp.gemini',
    model: 'gemini-2.5-flash',
    lines: {
      input: '100 × 0.3 / 1M = 0.00003',
      audio_input: '320 × 1 / 1M = 0.00032',
      image_input: '258 × 0.3 / 1M = 0.0000774',
      output: '50 × 2.5 / 1M = 0.000125',
      reasoning: '200 × 2.5 / 1M = 0.0005',
    },
    total: '0.0010524',
  },
  {
    name: 'Gemini: a picture of 1K (published as 0.134 USD)',
    provider: 'gcp.gemini',
    model: 'gemini-3-pro-image-preview',
    lines: { image_output: '1120 × 120 / 1M = 0.1344' },
    total: '0.1344',
  },
  {
    name: 'DeepSeek: in the dear hours of the day',
    provider: 'deepseek',
    model: 'deepseek-flash',
    call: { startMs: Date.parse('2026-11-20T03:59:59Z') },
    lines: {
      input: '1000 × 0.3 / 1M = 0.0003',
      cache_read: '9000 × 0.006 / 1M = 0.000054',
      output: '500 × 1.2 / 1M = 0.0006',
    },
    total: '0.000954',
  },
  {
    name: 'DeepSeek: the moment after them',
    provider: 'deepseek',
    model: 'deepseek-flash',
    call: { startMs: Date.parse('2026-11-20T04:00:00Z') },
    lines: {
      input: '1000 × 0.15 / 1M = 0.00015',
      cache_read: '9000 × 0.003 / 1M = 0.000027',
      output: '500 × 0.6 / 1M = 0.0003',
    },
    total: '0.000477',
  },
  {
    name: 'xAI: 200,000 tokens are a long context already',
    provider: 'x_ai',
    model: 'grok-4.7',
    lines: { input: '200000 × 4 / 1M = 0.8', output: '1000 × 12 / 1M = 0.012', web_search: '3 × 5 / 1K = 0.015' },
    total: '0.827',
  },
  {
    name: 'Perplexity: deep research, as its pricing page works it out (0.409393 USD)',
    provider: 'perplexity',
    model: 'sonar-deep-research',
    lines: {
      input: '33 × 2 / 1M = 0.000066',
      output: '7163 × 8 / 1M = 0.057304',
      reasoning: '73997 × 3 / 1M = 0.221991',
      citation: '20016 × 2 / 1M = 0.040032',
      web_search: '18 × 5 / 1K = 0.09',
    },
    total: '0.409393',
  },
  {
    name: 'Perplexity: a Sonar Pro request of little search context',
    provider: 'perplexity',
    model: 'sonar-pro',
    call: { serviceTier: 'search_context:low' },
    lines: { input: '26 × 3 / 1M = 0.000078', output: '832 × 15 / 1M = 0.01248', request: '1 × 6 / 1K = 0.006' },
    total: '0.018558',
  },
  {
    name: 'Mistral: pages of OCR, some with annotations',
    provider: 'mistral_ai',
    model: 'mistral-ocr-latest',
    lines: { page: '29 × 4 / 1K = 0.116', annotated_page: '3 × 5 / 1K = 0.015' },
    total: '0.131',
  },
  {
    name: 'Groq: a batch, whose cached input costs what input does',
    provider: 'groq',
    model: 'openai/gpt-oss-120b',
    call: { serviceTier: 'batch' },
    lines: {
      input: '1000 × 0.075 / 1M = 0.000075',
      cache_read: '1000 × 0.075 / 1M = 0.000075',
      output: '1000 × 0.3 / 1M = 0.0003',
    },
    total: '0.00045',
  },
  {
    name: 'Voyage: a batch of embeddings, a third off',
    provider: 'voyageai',
    model: 'voyage-3-large',
    call: { serviceTier: 'batch', operation: 'embeddings' },
    lines: { input: '1000000 × 0.18 × 0.67 / 1M = 0.1206' },
    total: '0.1206',
  },
  {
    name: 'OpenRouter: a free model',
    provider: 'openrouter',
    model: 'allenai/molmo-7b-d:free',
    lines: { input: '5000 × 0 / 1M = 0', output: '700 × 0 / 1M = 0' },
    total: '0',
  },
];
