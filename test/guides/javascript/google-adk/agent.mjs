import { FunctionTool, InMemoryRunner, LlmAgent, StreamingMode } from '@google/adk';
import { z } from 'zod';

const getWeather = new FunctionTool({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: async () => ({ weather: '18 degrees, sunny' }),
});
const agent = new LlmAgent({ name: 'weather', model: 'gemini-2.5-flash', tools: [getWeather] });
const runner = new InMemoryRunner({ agent, appName: 'weather' });
const newMessage = { role: 'user', parts: [{ text: 'What is the weather in Paris?' }] };

const session = await runner.sessionService.createSession({
  appName: 'weather',
  userId: 'ada',
  sessionId: 'session-1',
});
for await (const _ of runner.runAsync({ userId: 'ada', sessionId: session.id, newMessage }));
for await (const _ of runner.runAsync({
  userId: 'ada',
  sessionId: session.id,
  newMessage,
  runConfig: { streamingMode: StreamingMode.SSE },
}));
