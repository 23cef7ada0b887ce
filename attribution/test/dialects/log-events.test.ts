import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RANK } from '../../src/dialects/rank.ts';
import type { DecodedSpan } from '../../src/facts.ts';
import { decodedSpan } from '../support/classified.ts';
import { logsRequest, recordedLogs, type SentEvent, spansOf } from '../support/events.ts';
import { countsOf } from '../support/fixtures.ts';

function event(sent: SentEvent): DecodedSpan {
  const [span] = spansOf(logsRequest({ at: 1000, ...sent }));
  assert.ok(span !== undefined);
  return span;
}

function rulesOf(spans: readonly DecodedSpan[]): string[] {
  return spans.map(({ classification: { dialect, rule } }) => `${dialect} ${rule}`);
}

describe("Claude Code's log events", () => {
  const scope = 'com.anthropic.claude_code.events';
  const request = { 'event.name': 'api_request', model: 'claude-opus-4-6', input_tokens: 30, output_tokens: 120 };

  test('state the usage with cache lifetimes and the cost', () => {
    const [first, second] = spansOf(recordedLogs('84-claude-agent-sdk-0.2.187.logs.1.json'));
    assert.deepEqual(countsOf(first), {
      input: 30,
      cache_read: 2000,
      cache_write_5m: 400,
      cache_write_1h: 100,
      output: 120,
    });
    assert.deepEqual(countsOf(second), { input: 60, cache_read: 2500, output: 45 });
    assert.deepEqual(rulesOf([first, second].flatMap((span) => span ?? [])), [
      'claude-code-events@1 claude-code-events.api-request',
      'claude-code-events@1 claude-code-events.api-request',
    ]);
    assert.equal(first?.classification.call?.reportedCost, 14_590_000_000n);
    assert.equal(first?.classification.own.sessionId, '278e7688-393a-4ae6-8029-0bf64bfaef52');
    assert.ok((first?.classification.rank ?? 0) < RANK.framework, "the span's place in the tree is the better one");
  });

  test('without lifetimes state cache writes as they are', () => {
    const span = event({ scope, attributes: { ...request, cache_creation_tokens: 500 } });
    assert.deepEqual(countsOf(span), { input: 30, cache_write: 500, output: 120 });
  });

  test('name provider, request, agent and fast mode', () => {
    const { classification } = event({
      scope,
      attributes: {
        ...request,
        ...{ 'anthropic.provider': 'bedrock', request_id: 'req_1', speed: 'fast', 'agent.name': 'Explore' },
      },
    });
    const { provider, responseId, serviceTier } = classification.call ?? {};
    assert.deepEqual([provider, responseId, serviceTier], ['aws.bedrock', 'req_1', 'fast']);
    assert.equal(classification.own.agentName, 'Explore');
  });

  test('of a failed request charge nothing', () => {
    const span = event({
      scope,
      attributes: { 'event.name': 'api_error', model: 'claude-opus-4-6', error: 'Overloaded' },
    });
    assert.deepEqual(span.classification.call?.usage, { status: 'none', reason: 'request_failed' });
    assert.equal(span.classification.rule, 'claude-code-events.api-error');
  });

  test('with a quantity that is none say so', () => {
    const { call } = event({ scope, attributes: { ...request, input_tokens: -3 } }).classification;
    assert.deepEqual(call?.usage, { status: 'none', reason: 'unusable_quantity: input_tokens is -3, negative' });
  });
});

describe('Codex', () => {
  const completed = {
    ...{ 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', 'conversation.id': 'c1' },
    ...{ auth_mode: 'ApiKey', 'user.email': 'ada@example.com', model: 'gpt-5-codex', slug: 'gpt-5-codex' },
  };
  const counts = {
    ...{ input_token_count: '1200', output_token_count: '350', cached_token_count: 1024, reasoning_token_count: 256 },
    tool_token_count: '1550',
  };
  const USED = { input: 176, cache_read: 1024, output: 94, reasoning: 256 };

  test('states the usage of a response on a log event; the total is no usage of its own', () => {
    const span = event({ scope: 'codex_otel.log_only', attributes: { ...completed, ...counts } });
    assert.deepEqual(countsOf(span), USED);
    assert.deepEqual(rulesOf([span]), ['codex@1 codex.response-completed']);
    const { own, call } = span.classification;
    assert.deepEqual([own.sessionId, own.userId], ['c1', 'ada@example.com']);
    assert.deepEqual([call?.provider, call?.requestModel], ['openai', 'gpt-5-codex']);
  });

  test('that is not signed in at OpenAI does not say who answers', () => {
    const { auth_mode: _, ...elsewhere } = completed;
    assert.equal(event({ attributes: { ...elsewhere, ...counts } }).classification.call?.provider, '');
  });

  test('tells that a stream broke, whose usage nobody knows, and that a request was refused', () => {
    const broken = event({ attributes: { ...completed, 'error.message': 'stream closed' } });
    assert.deepEqual(broken.classification.call?.usage, { status: 'none', reason: 'stream_without_usage' });
    const refused = event({ attributes: { 'event.name': 'codex.api_request', 'http.response.status_code': 429 } });
    assert.deepEqual(refused.classification.call?.usage, { status: 'none', reason: 'request_failed' });
  });

  test('states the same on a span without session and model, which ranks below the event', () => {
    const span = decodedSpan({
      ...{ scope: 'codex_cli_rs', name: 'completed', kind: 1 },
      attributes: {
        ...{ 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.cache_read.input_tokens': 1024 },
        ...{ 'gen_ai.usage.output_tokens': 350, 'codex.usage.reasoning_output_tokens': 256 },
        'codex.usage.total_tokens': 1550,
      },
    });
    assert.deepEqual(countsOf(span), USED);
    assert.deepEqual(rulesOf([span]), ['codex@1 codex.response-span']);
    assert.ok(span.classification.rank < RANK.logEvent);
  });
});

describe("GenAI's log event", () => {
  test('states what the span of the request states', () => {
    const spans = spansOf(recordedLogs('34-otel-google-genai-1.3b0.logs.1.json'));
    assert.equal(spans.length, 4);
    assert.deepEqual(countsOf(spans[0]), { input: 176, cache_read: 1024, output: 94, reasoning: 256 });
    assert.deepEqual(new Set(rulesOf(spans)), new Set(['gen-ai-events@1 gen-ai-events.request']));
    assert.deepEqual(new Set(spans.map(({ classification }) => classification.rank)), new Set([RANK.logEvent]));
  });

  test('is read as the spans of its emitter are', () => {
    const bedrock = event({
      scope: 'opentelemetry.instrumentation.genai.bedrock',
      name: 'gen_ai.client.inference.operation.details',
      attributes: {
        ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3000, 'gen_ai.usage.output_tokens': 5 },
        'gen_ai.usage.cache_read.input_tokens': 2000,
      },
    });
    assert.deepEqual(countsOf(bedrock), { input: 3000, cache_read: 2000, output: 5 });
    assert.equal(bedrock.classification.rule, 'gen-ai-events.request.exclusive');
  });
});

describe('Gemini CLI and Qwen Code', () => {
  const counts = { input_token_count: 1200, cached_content_token_count: 1024, output_token_count: 94 };

  test('Gemini counts thoughts and tool prompts beside the others', () => {
    const span = event({
      scope: 'gemini-cli',
      attributes: {
        ...{ 'event.name': 'gemini_cli.api_response', 'session.id': 's', model: 'gemini-2.5-flash', ...counts },
        ...{ thoughts_token_count: 256, tool_token_count: 40, total_token_count: 1590, auth_type: 'gemini-api-key' },
      },
    });
    assert.deepEqual(countsOf(span), { input: 216, cache_read: 1024, output: 94, reasoning: 256 });
    assert.deepEqual(rulesOf([span]), ['gemini-cli-events@1 gemini-cli-events.api-response']);
    assert.equal(span.classification.call?.provider, 'gcp.gemini');
  });

  test("Gemini CLI's span of the same request is none: what it states leaves out thoughts and cached tokens", () => {
    const span = decodedSpan({
      ...{ scope: 'gemini-cli', name: 'llm_call', kind: 1 },
      attributes: {
        ...{ 'gen_ai.operation.name': 'llm_call', 'gen_ai.request.model': 'gemini-2.5-flash' },
        ...{ 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.output_tokens': 94 },
      },
    });
    assert.equal(span.classification.role, 'other');
  });

  test('behind Qwen Code an API may count thoughts as output', () => {
    const span = event({
      attributes: {
        ...{ 'event.name': 'qwen-code.api_response', model: 'qwen3-coder-plus', response_id: 'chatcmpl-1', ...counts },
        ...{ thoughts_token_count: 30, total_token_count: 1294, auth_type: 'openai' },
      },
    });
    assert.deepEqual(countsOf(span), { input: 176, cache_read: 1024, output: 64, reasoning: 30 });
    const { provider, responseId } = span.classification.call ?? {};
    assert.deepEqual([provider, responseId], ['', 'chatcmpl-1']);
  });
});
