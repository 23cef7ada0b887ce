// The same agent with AWS's client library: Converse, its stream, and a model's own API, plain and streamed.
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { trace } from '@opentelemetry/api';

const bedrock = new BedrockRuntimeClient();
const modelId = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'weather', 'session.id': 'session-1' };

await trace.getTracer('my-agent').startActiveSpan('invoke_agent weather', { attributes: agent }, async (span) => {
  const messages = [{ role: 'user', content: [{ text: 'What is the weather in Paris?' }] }];
  const { output } = await bedrock.send(new ConverseCommand({ modelId, messages }));
  messages.push(output.message, { role: 'user', content: [{ text: 'And tomorrow?' }] });
  for await (const _ of (await bedrock.send(new ConverseStreamCommand({ modelId, messages }))).stream);

  const body = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'And next week?' }],
  });
  const request = { modelId, body, contentType: 'application/json' };
  await bedrock.send(new InvokeModelCommand(request));
  for await (const _ of (await bedrock.send(new InvokeModelWithResponseStreamCommand(request))).body);
  span.end();
});
