import { anthropic } from '@ai-sdk/anthropic';
import { openai } from '@ai-sdk/openai';
import { embed, generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async () => '18 degrees, sunny',
});
const experimental_telemetry = {
  isEnabled: true,
  functionId: 'weather',
  metadata: { sessionId: 'session-1', userId: 'ada' },
};
const settings = { tools: { get_weather: weather }, stopWhen: stepCountIs(5), experimental_telemetry };
const prompt = 'What is the weather in Paris?';

await generateText({ ...settings, model: openai('gpt-5-mini'), prompt });
await generateText({ ...settings, model: openai.chat('gpt-5-mini'), prompt });
await streamText({ ...settings, model: openai('gpt-5-mini'), prompt }).consumeStream();
await streamText({ ...settings, model: anthropic('claude-haiku-4-5'), prompt }).consumeStream();
await generateText({ ...settings, model: anthropic('claude-haiku-4-5'), prompt });
await embed({ model: openai.embedding('text-embedding-3-small'), value: 'sunny', experimental_telemetry });
