import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startProviderStandIn } from '../demo/provider-stand-in.ts';
import { SESSIONS } from '../demo/sessions.ts';
import type { Meters } from '../demo/stand-in/provider-call.ts';
import type { DemoTruth, TruthCall } from '../demo/truth.ts';
import { type OtlpSink, type ReceivedSpan, startOtlpSink } from './support/otlp-sink.ts';

const MAIN = fileURLToPath(new URL('../demo/main.ts', import.meta.url));
const RUN_DEADLINE_MS = 40_000;

const NATIVE = 'com.anthropic.sdk.typescript';
const OPENINFERENCE_ANTHROPIC = '@arizeai/openinference-instrumentation-anthropic';
const OPENINFERENCE_OPENAI = '@arizeai/openinference-instrumentation-openai';

type Finished = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

describe('the demo, run as a process of its own', () => {
  let folder: string;
  let sink: OtlpSink;
  let finished: Finished;
  let truth: DemoTruth;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanledger-demo-'));
    sink = await startOtlpSink();
    const truthFile = join(folder, 'truth.json');
    finished = await finish(startDemo([], { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, DEMO_TRUTH_FILE: truthFile }));
    truth = JSON.parse(await readFile(truthFile, 'utf8'));
  });

  after(async () => {
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('ends with 0, says nothing on stderr and prints one line for each session', () => {
    assert.deepEqual({ exitCode: finished.exitCode, stderr: finished.stderr }, { exitCode: 0, stderr: '' });
    assert.equal(truth.sessions.length, SESSIONS.length);
    for (const { session } of truth.sessions)
      assert.match(finished.stdout, new RegExp(`^${session} .* \\d+\\.\\d s$`, 'm'));
    assert.match(finished.stdout, new RegExp(`^${sink.spans.length} spans sent to ${sink.endpoint}`, 'm'));
  });

  it('covers three teams, two projects, every model and every state of a price', () => {
    const distinct = (values: readonly string[]) => [...new Set(values)].sort();
    assert.deepEqual(distinct(truth.calls.map(({ team }) => team)), ['platform', 'search', 'support']);
    assert.deepEqual(distinct(truth.calls.map(({ project }) => project)), ['handbook', 'helpdesk']);
    assert.deepEqual(distinct(truth.calls.map(({ requestModel }) => requestModel)), [
      'claude-haiku-4-5',
      'claude-sonnet-4-6',
      'gpt-5',
      'gpt-5-mini',
      'lighthouse-7b-harbor',
      'text-embedding-3-small',
    ]);
    assert.equal(truth.calls.filter(({ spanMeters }) => Object.keys(spanMeters).length === 0).length, 1);
    assert.ok(truth.refusedCount > 0, 'some requests must be refused, so that retries show');
    const used = new Set(truth.calls.flatMap(({ meters }) => Object.keys(meters)));
    const all = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning', 'web_search'];
    assert.deepEqual(distinct([...used]), all.sort());
  });

  it('sends connected traces, one for each question, whose roots say whose they are', () => {
    const ids = new Set(sink.spans.map((span) => `${span.traceId} ${span.spanId}`));
    const roots = sink.spans.filter((span) => span.parentSpanId === '');
    const orphans = sink.spans.filter(
      (span) => span.parentSpanId !== '' && !ids.has(`${span.traceId} ${span.parentSpanId}`),
    );
    assert.deepEqual(orphans, []);
    assert.equal(roots.length, new Set(sink.spans.map(({ traceId }) => traceId)).size);
    assert.equal(roots.length, SESSIONS.flatMap(({ questions }) => questions).length);
    const teamOf = new Map(truth.sessions.map(({ session, team }) => [session, team]));
    for (const { name, attributes } of roots) {
      assert.match(name, /^invoke_agent /);
      assert.equal(attributes['spanledger.team'], teamOf.get(String(attributes['session.id'])));
    }
  });

  it('puts a sub-agent beneath the tool call that ran it and an API call beneath its tool call', () => {
    const parents = (name: string) =>
      sink.spans.filter((span) => span.name === name).map((span) => parentOf(span, sink)?.name);
    assert.deepEqual(new Set(parents('invoke_agent fact-checker')), new Set(['execute_tool run_subagent']));
    assert.deepEqual(new Set(parents('GET /search')), new Set(['execute_tool search_docs']));
    assert.deepEqual(new Set(parents('embeddings text-embedding-3-small')), new Set(['execute_tool recall_notes']));
    for (const span of sink.spans.filter(({ name }) => name.startsWith('execute_tool'))) {
      assert.match(parentOf(span, sink)?.name ?? '', /^agent_step \d+$/);
      assert.match(String(span.attributes['gen_ai.tool.call.id']), /^(call_|toolu_)/);
    }
  });

  it("states on Anthropic's own spans what the stand-in billed, call by call", () => {
    const native = new Map(spansOf(NATIVE).map((span) => [String(span.attributes['gen_ai.response.id']), span]));
    const calls = callsOf('messages');
    assert.equal(native.size, calls.length);
    for (const call of calls) {
      const { web_search: _, ...stated } = call.meters;
      assert.deepEqual(nativeMeters(native.get(call.responseId ?? '')), stated);
    }
    assert.equal(spansOf(OPENINFERENCE_ANTHROPIC).length, calls.length, 'each call is seen twice');
  });

  it("states on OpenInference's spans what the stand-in billed, except for streamed chats", () => {
    const spans = spansOf(OPENINFERENCE_OPENAI);
    const calls = [...callsOf('responses'), ...callsOf('chat.completions')];
    assert.equal(spans.length, calls.length);
    const byResponse = new Map(spans.map((span) => [responseIdOf(span), span]));
    for (const call of calls.filter(({ spanMeters }) => Object.keys(spanMeters).length > 0)) {
      assert.deepEqual(openInferenceMeters(byResponse.get(call.responseId ?? '')), call.meters);
    }
    const withoutUsage = spans.filter((span) => span.attributes['llm.token_count.prompt'] === undefined);
    assert.equal(withoutUsage.length, 1);
  });

  it('states the usage of embeddings, which no instrumentation does', () => {
    const spans = sink.spans.filter(({ name }) => name.startsWith('embeddings '));
    const stated = spans.map(({ attributes }) => attributes['gen_ai.usage.input_tokens']);
    const billed = callsOf('embeddings').map(({ meters }) => meters.input);
    assert.ok(billed.length > 0);
    assert.deepEqual(stated, billed);
  });

  const spansOf = (scope: string) => sink.spans.filter((span) => span.scope === scope);
  const callsOf = (api: TruthCall['api']) => truth.calls.filter((call) => call.api === api);
});

describe('the demo with --real', () => {
  it('asks the provider that the environment names for one session, with the base URL left alone', async (t) => {
    const sink = await startOtlpSink();
    t.after(sink.stop);
    const provider = await startProviderStandIn({ latencyScale: 0 });
    t.after(provider.stop);
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      OPENAI_API_KEY: 'a-key',
      OPENAI_BASE_URL: provider.openAiUrl,
    };
    const { exitCode, stdout, stderr } = await finish(startDemo(['--real'], environment));
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    assert.match(stdout, /costs money/);
    assert.ok(provider.calls.length > 1);
    assert.deepEqual(
      new Set(provider.calls.map(({ requestModel, session }) => `${requestModel} ${session}`)),
      new Set(['gpt-5-mini ']),
    );
    assert.match(stdout, new RegExp(`gpt-5-mini \\(responses\\) +${provider.calls.length} `));
  });
});

describe('the demo, when something is in its way', () => {
  it('sends what it has and ends with 0 when it is interrupted', async (t) => {
    const sink = await startOtlpSink();
    t.after(sink.stop);
    const demo = startDemo([], { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, DEMO_LATENCY_SCALE: '1' });
    const ended = finish(demo);
    // The first finished session shows that others are under way.
    await waitForOutput(demo, / \d\.\d s$/m);
    demo.kill('SIGINT');
    const { exitCode, stdout, stderr } = await ended;
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    assert.match(stdout, /ended early$/m);
    assert.match(stdout, new RegExp(`^${sink.spans.length} spans sent to`, 'm'));
    assert.ok(sink.spans.some(({ name }) => name.startsWith('invoke_agent')));
  });

  it('says what to do when nothing takes spans', async (t) => {
    const sink = await startOtlpSink();
    t.after(sink.stop);
    await sink.stop();
    const { exitCode, stdout, stderr } = await finish(startDemo([], { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint }));
    assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
    assert.match(
      stderr,
      new RegExp(`Nothing takes spans at ${sink.endpoint}.*npm start.*SPL_DEMO_COLLECTOR_UNREACHABLE`),
    );
  });

  it('names an option that it does not know and what it knows', async () => {
    const { exitCode, stderr } = await finish(startDemo(['--reel'], {}));
    assert.equal(exitCode, 1);
    assert.match(stderr, /'--reel'.*--real and --model.*SPL_DEMO_SETTING_INVALID/);
  });

  it('refuses --real without a provider key', async () => {
    const { exitCode, stderr } = await finish(startDemo(['--real'], {}));
    assert.equal(exitCode, 1);
    assert.match(stderr, /OPENAI_API_KEY or ANTHROPIC_API_KEY.*SPL_DEMO_KEY_MISSING/);
  });
});

function startDemo(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, ...inherited } = process.env;
  return spawn(process.execPath, [MAIN, ...args], {
    env: { ...inherited, DEMO_LATENCY_SCALE: '0.02', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_DEADLINE_MS,
  });
}

async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

/** Resolves when the output so far fits; the process's own deadline bounds the wait. */
async function waitForOutput(child: ChildProcess, pattern: RegExp): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (pattern.test(output)) resolve();
    });
    child.once('close', () => reject(new Error(`the demo ended before it printed ${pattern}: ${output}`)));
  });
}

function parentOf(span: ReceivedSpan, sink: OtlpSink): ReceivedSpan | undefined {
  return sink.spans.find(({ spanId, traceId }) => traceId === span.traceId && spanId === span.parentSpanId);
}

/** Reads a native span as its conventions say: the input includes what the cache read and wrote. */
function nativeMeters(span: ReceivedSpan | undefined): Meters {
  const count = (key: string) => Number(span?.attributes[key] ?? 0);
  const cacheRead = count('gen_ai.usage.cache_read.input_tokens');
  const cacheWrite = count('gen_ai.usage.cache_write.input_tokens');
  return used({
    input: count('gen_ai.usage.input_tokens') - cacheRead - cacheWrite,
    cache_read: cacheRead,
    cache_write_5m: count('anthropic.usage.cache_creation.ephemeral_5m_input_tokens'),
    cache_write_1h: count('anthropic.usage.cache_creation.ephemeral_1h_input_tokens'),
    output: count('gen_ai.usage.output_tokens'),
  });
}

function openInferenceMeters(span: ReceivedSpan | undefined): Meters {
  const count = (key: string) => Number(span?.attributes[`llm.token_count.${key}`] ?? 0);
  const cacheRead = count('prompt_details.cache_read');
  const reasoning = count('completion_details.reasoning');
  return used({
    input: count('prompt') - cacheRead,
    cache_read: cacheRead,
    output: count('completion') - reasoning,
    reasoning,
  });
}

function used(meters: Meters): Meters {
  return Object.fromEntries(Object.entries(meters).filter(([, quantity]) => quantity !== 0));
}

function responseIdOf({ attributes }: ReceivedSpan): string {
  const isJson = attributes['output.mime_type'] === 'application/json';
  return isJson ? JSON.parse(String(attributes['output.value'])).id : '';
}
