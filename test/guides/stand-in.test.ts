import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { until } from '../support/until.ts';
import type { Json } from './stand-in/conversation.ts';
import { startStandIn } from './stand-in/stand-in.ts';

const QUESTION = { role: 'user', content: 'What is the weather in Paris?' };
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const ANSWERED = { role: 'assistant', content: 'I will see.' };

test('the first answer of a conversation calls the tool on offer, later ones are final; both are told as truth', async (context) => {
  const url = await running(context, 'a');
  const tools = [{ name: 'get_weather', input_schema: SCHEMA }];
  const request = { model: 'claude-sonnet-5', max_tokens: 100, tools };
  const first = await ask(`${url}/v1/messages`, { ...request, messages: [QUESTION] });
  await ask(`${url}/v1/messages`, { ...request, messages: [QUESTION, ANSWERED, QUESTION] });
  const [a, b] = await truthOf(url);
  const { content } = (await first.json()) as Json;
  assert.deepEqual(content[0].input, { city: 'Paris' });
  assert.deepEqual(a.usage, {
    input: 30,
    cache_read: 2000,
    cache_write_5m: 400,
    cache_write_1h: 100,
    output: 120,
    web_search: 1,
  });
  assert.deepEqual(b.usage, { input: 60, cache_read: 2500, output: 45 });
  assert.deepEqual([a.toolCalls.length, b.toolCalls.length], [1, 0]);
  assert.notEqual(a.responseId, b.responseId);
});

test('a chat stream states its usage only where that was asked for', async (context) => {
  const url = await running(context, 'b');
  const request = { model: 'gpt-5-mini', stream: true, messages: [QUESTION] };
  const without = await ask(`${url}/chat/completions`, request);
  const withUsage = await ask(`${url}/chat/completions`, { ...request, stream_options: { include_usage: true } });
  assert.doesNotMatch(await without.text(), /cached_tokens/);
  assert.match(await withUsage.text(), /"cached_tokens":1024/);
  const usage = { input: 176, cache_read: 1024, output: 94, reasoning: 256 };
  assert.deepEqual(
    (await truthOf(url)).map((call: { usage: object }) => call.usage),
    [usage, usage],
  );
});

test('under /refuse-once an attempt is refused with 429, and the same request then answered and told once', async (context) => {
  const url = await running(context, 'c/refuse-once');
  const path = `${url}/v1beta/models/gemini-2.5-flash:generateContent`;
  const body = { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] };
  assert.equal((await ask(path, body)).status, 429);
  assert.equal((await ask(path, body)).status, 200);
  assert.equal((await truthOf(url)).length, 1);
});

test("Bedrock's streams are framed with lengths and checksums", async (context) => {
  const url = await running(context, 'd');
  const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
  const answer = await ask(`${url}/model/us.anthropic.claude-sonnet-5/converse-stream`, { messages });
  const events = framesOf(Buffer.from(await answer.arrayBuffer()));
  assert.equal(events.at(-1).usage.cacheWriteInputTokens, 500);
});

test('a stream that the caller leaves is told as not completed', async (context) => {
  const url = await running(context, 'e/slow');
  const controller = new AbortController();
  const body = JSON.stringify({ model: 'gpt-5-mini', stream: true, messages: [QUESTION] });
  const stream = await fetch(`${url}/chat/completions`, { method: 'POST', body, signal: controller.signal });
  await stream.body?.getReader().read();
  controller.abort();
  await until('the call is told', 5_000, async () => (await truthOf(url)).length === 1);
  assert.equal((await truthOf(url))[0].completed, false);
});

async function running(context: TestContext, run: string): Promise<string> {
  const standIn = await startStandIn();
  context.after(() => standIn.stop());
  return `${standIn.url}/run/${run}`;
}

function ask(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body) });
}

async function truthOf(url: string): Promise<Json> {
  return (await fetch(`${url}/truth`)).json();
}

/** Payloads of AWS event stream messages; fails where a checksum is wrong. */
function framesOf(bytes: Buffer): Json {
  const payloads: Json[] = [];
  for (let start = 0; start < bytes.length; ) {
    const message = bytes.subarray(start, start + bytes.readUInt32BE(start));
    const headersEnd = 12 + message.readUInt32BE(4);
    assert.equal(message.readUInt32BE(8), crc32(message.subarray(0, 8)));
    assert.equal(message.readUInt32BE(message.length - 4), crc32(message.subarray(0, -4)));
    payloads.push(JSON.parse(message.toString('utf8', headersEnd, message.length - 4)));
    start += message.length;
  }
  return payloads;
}
