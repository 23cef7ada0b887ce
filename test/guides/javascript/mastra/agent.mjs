import { openai } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';

const getWeather = createTool({
  id: 'get_weather',
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async () => '18 degrees, sunny',
});
const weather = new Agent({
  id: 'weather',
  name: 'weather',
  instructions: 'You tell the weather.',
  model: openai('gpt-5-mini'),
  tools: { get_weather: getWeather },
});
const endpoint = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const exporter = new OtelExporter({ provider: { custom: { endpoint, protocol: 'http/protobuf' } } });
const observability = new Observability({ configs: { otel: { serviceName: 'my-agent', exporters: [exporter] } } });
const mastra = new Mastra({ agents: { weather }, observability });

const agent = mastra.getAgent('weather');
const options = { memory: { thread: 'session-1', resource: 'ada' } };
await agent.generate('What is the weather in Paris?', options);
await (await agent.stream('What is the weather in Paris?', options)).consumeStream();
await observability.shutdown();
