import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, decision } from './calls.ts';

test('the model’s own name, its dated snapshot and `-latest` are priced', () => {
  for (const model of [
    'claude-sonnet-4-5',
    'Claude-Sonnet-4-5',
    'claude-sonnet-4-5-20250929',
    'claude-sonnet-4-5-2025-09-29',
    'claude-sonnet-4-5-latest',
    'claude-sonnet-4-5@20250929',
    'anthropic/claude-sonnet-4-5',
  ])
    assert.equal(decision(call('anthropic', model)), 'priced | anthropic/claude-sonnet-4-5/input', model);
  assert.equal(decision(call('openai', 'gpt-5-mini-20250807')), 'priced | openai/gpt-5-mini/input');
  assert.equal(decision(call('openai', 'gpt-5-mini-2026-03-01')), 'priced | openai/gpt-5-mini/input');
  for (const model of ['models/gemini-2.5-flash', 'gemini/gemini-2.5-flash'])
    assert.equal(decision(call('gcp.gemini', model)), 'priced | google/gemini-2.5-flash/input', model);
});

test('a name that merely begins like a model is assumed, with the model named', () => {
  assert.equal(
    decision(call('anthropic', 'claude-sonnet-4-5-turbo')),
    'assumed | similar_model: claude-sonnet-4-5 | anthropic/claude-sonnet-4-5/input',
  );
  assert.equal(
    decision(call('anthropic', 'claude-sonnet-4-5-99999999')),
    'assumed | similar_model: claude-sonnet-4-5 | anthropic/claude-sonnet-4-5/input',
  );
});

test('the model that served the call goes before the one asked for', () => {
  const served = call('anthropic', 'claude-sonnet-4-6', { responseModel: 'claude-sonnet-4-5-20250929' });
  assert.equal(decision(served), 'priced | anthropic/claude-sonnet-4-5/input');
});

test('where the serving model is not in the book, the price of the one asked for is assumed', () => {
  const served = call('openai', 'gpt-5-mini', { responseModel: 'gpt-99-secret' });
  assert.equal(decision(served), 'assumed | request_model: gpt-99-secret | openai/gpt-5-mini/input');
});

test('unknown models, providers and missing names are unpriced, each with its reason', () => {
  assert.equal(decision(call('openai', 'gpt-99')), 'unpriced | unknown_model: gpt-99');
  assert.equal(decision(call('openai', '')), 'unpriced | missing_model');
  assert.equal(decision(call('ollama', 'llama3')), 'unpriced | unknown_provider: ollama');
  assert.equal(decision(call('', 'my-own-model')), 'unpriced | missing_provider: my-own-model');
});

test('Azure has a list of its own and falls back to OpenAI’s, assumed', () => {
  assert.equal(decision(call('azure.ai.openai', 'o4-mini')), 'priced | azure/o4-mini/input');
  assert.equal(decision(call('openai', 'o4-mini')), 'priced | openai/o4-mini/input');
  assert.equal(
    decision(call('azure', 'my-deployment', { responseModel: 'gpt-5-mini-2025-08-07' })),
    'assumed | fallback_list: openai/gpt-5-mini | openai/gpt-5-mini/input',
  );
  // a deployment may be named after another model: what served counts
  assert.equal(
    decision(call('azure', 'o4-mini', { responseModel: 'gpt-5-mini' })),
    'assumed | fallback_list: openai/gpt-5-mini | openai/gpt-5-mini/input',
  );
});

test('a Bedrock id is priced by its region group', () => {
  const regional = 'aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0/input';
  for (const region of ['us', 'eu', 'apac', 'jp', 'au'])
    assert.equal(
      decision(call('aws.bedrock', `${region}.anthropic.claude-sonnet-4-5-20250929-v1:0`)),
      `priced | ${regional}`,
    );
  assert.equal(
    decision(call('aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0')),
    'priced | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0/input',
  );
  assert.equal(
    decision(
      call(
        'aws.bedrock',
        'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      ),
    ),
    `priced | ${regional}`,
  );
  assert.equal(decision(call('aws.bedrock', 'amazon.nova-lite-v1:0')), 'priced | aws/amazon.nova-lite-v1:0/input');
});

test('a Bedrock id without a region group does not say which of two prices applies', () => {
  assert.equal(
    decision(call('aws.bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0')),
    'assumed | region_unknown: regional.anthropic.claude-sonnet-4-5-20250929-v1:0 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0/input',
  );
});

test('on Bedrock the request’s region group is not lost to a bare response model', () => {
  const request = call('aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', {
    responseModel: 'claude-sonnet-4-5-20250929',
  });
  assert.equal(decision(request), 'priced | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0/input');
});

test('without a provider the server’s host says who bills', () => {
  const at = (serverAddress: string) => decision(call('', 'gpt-5-mini', { serverAddress }));
  assert.equal(at('api.openai.com'), 'priced | openai/gpt-5-mini/input');
  assert.equal(at('https://api.openai.com/v1'), 'priced | openai/gpt-5-mini/input');
  assert.equal(at('corp.openai.azure.com'), 'assumed | fallback_list: openai/gpt-5-mini | openai/gpt-5-mini/input');
  assert.equal(
    decision(
      call('', 'anthropic.claude-3-haiku-20240307-v1:0', { serverAddress: 'bedrock-runtime.eu-west-1.amazonaws.com' }),
    ),
    'priced | aws/regional.anthropic.claude-3-haiku-20240307-v1:0/input',
  );
});

test('without provider and host a model that one provider owns is assumed to be his', () => {
  const cases = {
    'claude-sonnet-4-5': 'anthropic | anthropic/claude-sonnet-4-5/input',
    'gpt-5-mini': 'openai | openai/gpt-5-mini/input',
    'gemini-2.5-flash': 'gcp.gemini | google/gemini-2.5-flash/input',
    'text-embedding-3-small': 'openai | openai/text-embedding-3-small/input',
    'openai/gpt-5-mini': 'openai | openai/gpt-5-mini/input',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0':
      'aws.bedrock | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0/input',
  };
  for (const [model, expected] of Object.entries(cases))
    assert.equal(decision(call('strands-agents', model)), `assumed | provider_from_model: ${expected}`, model);
});

test('a model that two providers may own is nobody’s', () => {
  assert.equal(decision(call('', 'glm-claude-9')), 'unpriced | missing_provider: glm-claude-9');
});

test('hostile names are answered, never thrown at', () => {
  for (const name of [
    '__proto__',
    'constructor',
    '(((((',
    '\n\r\0',
    "'; drop table charges; --",
    '/',
    'models/',
    '𝕏'.repeat(99),
  ])
    for (const provider of ['', 'openai', name])
      assert.match(decision(call(provider, name, { serverAddress: name })), /^unpriced/);
});
