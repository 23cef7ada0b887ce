import { observeOpenAI } from '@langfuse/openai';
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import OpenAI from 'openai';

const openai = observeOpenAI(new OpenAI());
const model = 'gpt-5-mini';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];

async function agent() {
  const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
  const { message } = (await openai.chat.completions.create({ model, messages, tools })).choices[0];
  messages.push(message);
  for (const call of message.tool_calls) {
    const content = await startActiveObservation('get_weather', async () => '18 degrees, sunny', { asType: 'tool' });
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
  await openai.chat.completions.create({ model, messages, tools });

  const stream_options = { include_usage: true };
  const question = [{ role: 'user', content: 'And tomorrow?' }];
  for await (const _ of await openai.chat.completions.create({
    model,
    messages: question,
    stream: true,
    stream_options,
  }));
  await openai.responses.create({ model, input: 'And the day after?' });
  for await (const _ of await openai.responses.create({ model, input: 'And next week?', stream: true }));
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'sunny' });
}

await propagateAttributes({ sessionId: 'session-1', userId: 'ada' }, () =>
  startActiveObservation('weather', agent, { asType: 'agent' }),
);
