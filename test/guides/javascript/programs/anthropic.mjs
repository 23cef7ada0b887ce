// The same agent with Anthropic's client library.
import Anthropic from '@anthropic-ai/sdk';
import { trace } from '@opentelemetry/api';

const anthropic = new Anthropic();
const tracer = trace.getTracer('my-agent');
const request = {
  model: 'claude-haiku-4-5',
  max_tokens: 1000,
  tools: [
    {
      name: 'get_weather',
      description: 'The weather in a city',
      input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
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
  const { content } = await anthropic.messages.create({ ...request, messages });
  messages.push({ role: 'assistant', content });
  for (const { id, name } of content.filter((block) => block.type === 'tool_use')) {
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': id,
    };
    const result = await withSpan(`execute_tool ${name}`, attributes, async () => '18 degrees, sunny');
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: result }] });
  }
  await anthropic.messages.create({ ...request, messages });

  const question = { model: request.model, max_tokens: 1000, messages: [{ role: 'user', content: 'And tomorrow?' }] };
  for await (const _ of await anthropic.messages.create({ ...question, stream: true }));
  await anthropic.messages.stream(question).finalMessage();
});
