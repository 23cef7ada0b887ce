// A LangChain agent on OpenAI and one on Anthropic; the metadata names the session.
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

const getWeather = tool(async () => '18 degrees, sunny', {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: z.object({ city: z.string() }),
});
const question = { messages: [{ role: 'user', content: 'What is the weather in Paris?' }] };
const config = { metadata: { session_id: 'session-1', user_id: 'ada' } };
const anthropicApiUrl = process.env.ANTHROPIC_BASE_URL;

for (const model of [
  new ChatOpenAI({ model: 'gpt-5-mini' }),
  new ChatAnthropic({ model: 'claude-haiku-4-5', anthropicApiUrl }),
]) {
  const agent = createAgent({ model, tools: [getWeather], name: 'weather' });
  await agent.invoke(question, config);
  for await (const _ of await agent.stream(question, { ...config, streamMode: 'messages' }));
}
