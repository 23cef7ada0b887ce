import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOwner } from '../src/provider-hosts.ts';
import { canonicalProvider } from '../src/providers.ts';

const told = (host: string) => {
  const owner = hostOwner(host);
  return owner === undefined ? '' : [owner.provider, owner.region, owner.role].join(' ');
};

test('a host says whose it is and in which region', () => {
  const cases = {
    'api.openai.com': 'openai  biller',
    'eu.api.openai.com': 'openai eu biller',
    'bedrock-runtime.eu-west-1.amazonaws.com': 'aws.bedrock eu-west-1 biller',
    'bedrock-mantle.us-east-1.api.aws': 'aws.bedrock us-east-1 biller',
    'vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com': 'aws.bedrock us-east-1 biller',
    'us-east5-aiplatform.googleapis.com': 'gcp.vertex_ai us-east5 biller',
    'aiplatform.googleapis.com': 'gcp.vertex_ai global biller',
    'aiplatform.eu.rep.googleapis.com': 'gcp.vertex_ai eu biller',
    'api.eu.mistral.ai': 'mistral_ai eu biller',
    'my-resource.openai.azure.com': 'azure.ai.openai  biller',
    'anthropic.helicone.ai': 'helicone  gateway',
  };
  for (const [host, expected] of Object.entries(cases)) assert.equal(told(host), expected, host);
});

test('a host that only looks like a known one is nobody’s', () => {
  for (const host of [
    ...['api.openai.com.evil.example', 'api-openai.com', 'xapi.openai.com', 'openai.azure.com', 'amazonaws.com'],
    ...['localhost', '127.0.0.1', '', 'a.b.api.openai.com', 'api.groq.com\nx'],
  ])
    assert.equal(hostOwner(host), undefined, host);
});

test('owners of hosts go by canonical names', () => {
  for (const host of ['api.deepinfra.com', 'router.huggingface.co', 'ai-gateway.vercel.sh', 'api.portkey.ai']) {
    const name = hostOwner(host)?.provider ?? '';
    assert.equal(canonicalProvider(name), name);
  }
});
