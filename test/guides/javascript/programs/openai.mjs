// An agent without a framework: it names its session, itself and its tool calls on spans of its own.
import { trace } from '@opentelemetry/api';
import OpenAI from 'openai';

const openai = new OpenAI();
const tracer = trace.getTracer('my-agent');
const model = 'gpt-5-mini';
const tool = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

async function withSpan(name, attributes, work) {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'weather', 'session.id': 'session-1' };

await withSpan('invoke_agent weather', agent, async () => {
  const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
  const tools = [{ type: 'function', function: tool }];
  const { message } = (await openai.chat.completions.create({ model, messages, tools })).choices[0];
  messages.push(message);
  for (const call of message.tool_calls) {
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': call.function.name,
      'gen_ai.tool.call.id': call.id,
    };
    const content = await withSpan(`execute_tool ${call.function.name}`, attributes, async () => '18 degrees, sunny');
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
});
