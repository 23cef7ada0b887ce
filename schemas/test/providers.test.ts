import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalProvider } from '../src/providers.ts';

const CASES: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai', 'OpenAI', ' openai ', 'openai.responses', 'openai.chat', 'openai.embedding', 'openai.completion'],
  anthropic: ['anthropic', 'Anthropic', 'anthropic.messages'],
  'aws.bedrock': ['aws.bedrock', 'bedrock', 'AWS', 'amazon-bedrock', 'amazon_bedrock', 'bedrock_converse', 'amazon'],
  'azure.ai.openai': [
    'azure.ai.openai',
    'az.ai.openai',
    'azure_openai',
    'azure',
    'Azure',
    'azure.chat',
    'azure-openai.chat',
  ],
  'azure.ai.inference': ['azure.ai.inference', 'az.ai.inference', 'azure_ai'],
  'gcp.gemini': [
    'gcp.gemini',
    'gemini',
    'google',
    'Google',
    'gcp.gen_ai',
    'gcp.vertex.agent',
    'google_genai',
    'google.generative-ai.chat',
  ],
  'gcp.vertex_ai': [
    'gcp.vertex_ai',
    'vertex_ai',
    'vertexai',
    'VertexAI',
    'google.vertex.chat',
    'google_vertexai',
    'google.vertex.anthropic.messages',
  ],
  x_ai: ['x_ai', 'xai', 'x-ai', 'xai.chat', 'xai.responses'],
  mistral_ai: ['mistral_ai', 'mistral', 'mistralai', 'MistralAI', 'mistral.chat'],
  cohere: ['cohere', 'cohere_chat', 'cohere.chat'],
  deepseek: ['deepseek', 'deepseek.chat'],
  groq: ['groq', 'groq.chat'],
  perplexity: ['perplexity'],
  'ibm.watsonx.ai': ['ibm.watsonx.ai', 'watsonx', 'WatsonX'],
  moonshot_ai: ['moonshot_ai', 'moonshotai', 'moonshot', 'moonshotai.chat'],
  openrouter: ['openrouter', 'OpenRouter', 'openrouter.chat'],
  together: ['together', 'together_ai', 'TogetherAI', 'togetherai.chat'],
  ollama: ['ollama', 'Ollama', 'ollama.chat'],
  '': [
    '',
    '  ',
    'strands-agents',
    'langgraph',
    'crewai',
    'langchain',
    'Langchain',
    'litellm',
    'microsoft.agent_framework',
  ],
};

test('every spelling of a provider gives its canonical name', () => {
  for (const [canonical, spellings] of Object.entries(CASES))
    for (const spelling of spellings) assert.equal(canonicalProvider(spelling), canonical, JSON.stringify(spelling));
});

test('a canonical name is its own canonical name', () => {
  for (const canonical of Object.keys(CASES)) assert.equal(canonicalProvider(canonical), canonical);
});

test('an unknown name passes through in lower case, the same however often asked', () => {
  assert.equal(canonicalProvider('My.Gateway'), 'my.gateway');
  assert.equal(canonicalProvider('My.Gateway'), 'my.gateway');
  assert.equal(canonicalProvider('constructor'), 'constructor');
  assert.equal(canonicalProvider('__proto__'), '__proto__');
});

test('names beyond the memory’s bound still resolve', () => {
  for (let count = 0; count < 5000; count += 1) canonicalProvider(`nobody-${count}`);
  assert.equal(canonicalProvider('Nobody-9999'), 'nobody-9999');
  assert.equal(canonicalProvider('XAI.responses'), 'x_ai');
});
