import { setSession } from '@arizeai/openinference-core';
import { Agent, run, tool, withTrace } from '@openai/agents';
import { context } from '@opentelemetry/api';
import { z } from 'zod';

const getWeather = tool({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: async () => '18 degrees, sunny',
});
const weather = new Agent({ name: 'weather', model: 'gpt-5-mini', tools: [getWeather] });
const askWeather = weather.asTool({ toolName: 'ask_weather', toolDescription: 'Asks the weather agent' });
const travel = new Agent({ name: 'travel', model: 'gpt-5-mini', tools: [askWeather] });

async function trip() {
  await run(travel, 'Shall I go to Paris?');
  const streamed = await run(weather, 'What is the weather in Paris?', { stream: true });
  await streamed.completed;
}

await context.with(setSession(context.active(), { sessionId: 'session-1' }), () => withTrace('trip', trip));
