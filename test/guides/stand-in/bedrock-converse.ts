import { anthropicMeters } from '../../../deploy/demo/stand-in/anthropic-usage.ts';
import { chunksOf } from '../../../deploy/demo/stand-in/chunks.ts';
import type { Answered, AwsEvent, ModelRequest } from './answered-call.ts';
import { type Conversation, type Json, textOf } from './conversation.ts';
import { newId } from './new-id.ts';
import { ANTHROPIC_USAGE, scriptedReply } from './script.ts';

/** `POST /model/{id}/converse` and `/converse-stream`. No web searches: Bedrock has none. */
export function answerConverse({ path, body }: ModelRequest): Answered {
  const [, encoded = '', method] = /\/model\/([^/]+)\/([\w-]+)$/.exec(path) ?? [];
  const streamed = method === 'converse-stream';
  const reply = scriptedReply(readConversation(body));
  const scripted = { ...ANTHROPIC_USAGE[reply.turn], webSearches: 0 };
  const toolUses = reply.toolCalls.map(({ name, input }) => ({ toolUseId: newId('tooluse_'), name, input }));
  const content: Json[] = reply.text === '' ? [] : [{ text: reply.text }];
  content.push(...toolUses.map((toolUse) => ({ toolUse })));
  const stopReason = toolUses.length > 0 ? 'tool_use' : 'end_turn';
  const usage = usageOf(scripted);
  const metrics = { latencyMs: 120 };
  const model = decodeURIComponent(encoded);
  const call = {
    provider: 'bedrock',
    api: 'converse',
    requestModel: model,
    responseModel: model,
    responseId: undefined,
    streamed,
    usage: anthropicMeters(scripted),
    toolCalls: toolUses.map(({ toolUseId, name }) => ({ id: toolUseId, name })),
  } as const;
  if (!streamed) {
    const message = { role: 'assistant', content };
    return { call, answer: { kind: 'json', body: { output: { message }, stopReason, usage, metrics } } };
  }
  const events = [
    { type: 'messageStart', payload: { role: 'assistant' } },
    ...content.flatMap(blockEvents),
    { type: 'messageStop', payload: { stopReason } },
    { type: 'metadata', payload: { usage, metrics } },
  ];
  return { call, answer: { kind: 'aws-events', events } };
}

function readConversation(body: Json): Conversation {
  const messages: Json[] = body.messages ?? [];
  const choice = body.toolConfig?.toolChoice;
  const asked = messages.findLast(({ role, content }) => role === 'user' && textOf(content).trim() !== '');
  return {
    asked: textOf(asked?.content),
    answered: messages.some(({ role }) => role === 'assistant'),
    tools: (body.toolConfig?.tools ?? []).flatMap(({ toolSpec }: Json) =>
      toolSpec ? [{ name: toolSpec.name, schema: toolSpec.inputSchema.json }] : [],
    ),
    toolChoice: choice?.tool ?? (choice?.any ? 'any' : undefined),
  };
}

function blockEvents(block: Json, contentBlockIndex: number): AwsEvent[] {
  const { toolUse } = block;
  const deltas: Json[] =
    toolUse === undefined
      ? chunksOf(block.text).map((text) => ({ text }))
      : chunksOf(JSON.stringify(toolUse.input)).map((input) => ({ toolUse: { input } }));
  const { toolUseId, name } = toolUse ?? {};
  const start = { contentBlockIndex, start: { toolUse: { toolUseId, name } } };
  return [
    ...(toolUse === undefined ? [] : [{ type: 'contentBlockStart', payload: start }]),
    ...deltas.map((delta) => ({ type: 'contentBlockDelta', payload: { contentBlockIndex, delta } })),
    { type: 'contentBlockStop', payload: { contentBlockIndex } },
  ];
}

function usageOf(usage: (typeof ANTHROPIC_USAGE)['A']): Json {
  const { inputTokens, outputTokens, readTokens, write5mTokens, write1hTokens } = usage;
  const cacheDetails = [
    { ttl: '5m', inputTokens: write5mTokens },
    { ttl: '1h', inputTokens: write1hTokens },
  ];
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens + readTokens + write5mTokens + write1hTokens,
    cacheReadInputTokens: readTokens,
    cacheWriteInputTokens: write5mTokens + write1hTokens,
    cacheDetails: cacheDetails.filter(({ inputTokens: tokens }) => tokens > 0),
  };
}
