/** Requests as agents send them: GenAI spans of about 700 bytes, 8 spans a trace, 512 spans (~350 KB) a request. */
export type PayloadOptions = {
  /** The same seed gives the same bytes. */
  readonly seed: number;
  readonly spanCount?: number;
  readonly spansPerTrace?: number;
};

const START_UNIX_NANO = 1_795_000_000_000_000_000n;
const MODELS = ['gpt-5-mini-2025-08-07', 'claude-sonnet-4-6', 'gemini-3-flash', 'gpt-5.2', 'claude-haiku-4-5'];
const TOOLS = ['search_orders', 'refund', 'web_fetch', 'run_sql'];

/** One ExportTraceServiceRequest. Each trace: an agent root, then model calls and tool calls beneath it. */
export function otlpPayload({ seed, spanCount = 512, spansPerTrace = 8 }: PayloadOptions): Buffer {
  const random = randomNumbers(seed);
  const spans: Buffer[] = [];
  while (spans.length < spanCount) {
    const trace = randomBytes(random, 16);
    const root = randomBytes(random, 8);
    const session = randomBytes(random, 8).toString('hex');
    for (let place = 0; place < spansPerTrace && spans.length < spanCount; place++) {
      spans.push(message(2, spanBody({ random, trace, root, session, place })));
    }
  }
  const scope = message(1, concat(text(1, 'opentelemetry.instrumentation.genai.openai'), text(2, '1.3b0')));
  const resource = message(1, concat(...RESOURCE.map(([key, value]) => message(1, stringAttribute(key, value)))));
  return message(
    1,
    concat(resource, message(2, concat(scope, ...spans)), text(3, 'https://opentelemetry.io/schemas/1.37.0')),
  );
}

const RESOURCE: ReadonlyArray<readonly [string, string]> = [
  ['telemetry.sdk.language', 'python'],
  ['telemetry.sdk.name', 'opentelemetry'],
  ['telemetry.sdk.version', '1.45.2'],
  ['service.name', 'support-agent'],
  ['service.instance.id', 'af781c8d-9ecd-4431-b07e-cd73b7eb1191'],
  ['deployment.environment.name', 'production'],
  ['spanledger.team', 'support'],
];

type SpanPlace = { random: () => number; trace: Buffer; root: Buffer; session: string; place: number };

function spanBody({ random, trace, root, session, place }: SpanPlace): Buffer {
  const id = place === 0 ? root : randomBytes(random, 8);
  const kind = place === 0 ? 'invoke_agent' : place % 3 === 2 ? 'execute_tool' : 'chat';
  const start = START_UNIX_NANO + BigInt(Math.floor(random() * 3_600_000)) * 1_000_000n;
  const attributes = [...commonAttributes(kind, session), ...kindAttributes(kind, random)];
  return concat(
    bytes(1, trace),
    bytes(2, id),
    ...(place === 0 ? [] : [bytes(4, root)]),
    text(5, `${kind} support-agent`),
    number(6, kind === 'chat' ? 3 : 1),
    fixed64(7, start),
    fixed64(8, start + 1_500_000_000n),
    ...attributes.map((attribute) => message(9, attribute)),
    message(15, Buffer.alloc(0)),
    fixed32(16, 257),
  );
}

function commonAttributes(kind: string, session: string): Buffer[] {
  return [
    stringAttribute('gen_ai.operation.name', kind),
    stringAttribute('gen_ai.provider.name', 'openai'),
    stringAttribute('gen_ai.conversation.id', `session-${session}`),
    stringAttribute('gen_ai.agent.name', 'support-agent'),
    stringAttribute('server.address', 'api.openai.com'),
    intAttribute('server.port', 443),
    stringAttribute('user.id', `user-${session.slice(0, 6)}`),
    stringAttribute('url.full', `https://api.openai.com/v1/responses?trace=${session}`),
  ];
}

function kindAttributes(kind: string, random: () => number): Buffer[] {
  if (kind === 'execute_tool') {
    return [
      stringAttribute('gen_ai.tool.name', pick(TOOLS, random)),
      stringAttribute('gen_ai.tool.call.id', `call_${randomBytes(random, 12).toString('hex')}`),
      stringAttribute(
        'gen_ai.tool.call.arguments',
        JSON.stringify({ query: `order ${randomBytes(random, 90).toString('hex')}` }),
      ),
      stringAttribute('gen_ai.tool.type', 'function'),
    ];
  }
  const model = pick(MODELS, random);
  const input = 500 + Math.floor(random() * 20_000);
  return [
    stringAttribute('gen_ai.request.model', model),
    stringAttribute('gen_ai.response.model', model),
    stringAttribute('gen_ai.response.id', `resp_${randomBytes(random, 24).toString('hex')}`),
    intAttribute('gen_ai.usage.input_tokens', input),
    intAttribute('gen_ai.usage.cache_read.input_tokens', Math.floor(input / 2)),
    intAttribute('gen_ai.usage.output_tokens', 50 + Math.floor(random() * 2_000)),
    intAttribute('gen_ai.usage.reasoning.output_tokens', Math.floor(random() * 50)),
  ];
}

function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomBytes(random: () => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function pick(values: readonly string[], random: () => number): string {
  return values[Math.floor(random() * values.length)] ?? '';
}

function stringAttribute(key: string, value: string): Buffer {
  return concat(text(1, key), message(2, text(1, value)));
}

function intAttribute(key: string, value: number): Buffer {
  return concat(text(1, key), message(2, number(3, value)));
}

function concat(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}

function message(field: number, body: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

const bytes = message;

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function fixed64(field: number, value: bigint): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64LE(value);
  return Buffer.concat([varint(field * 8 + 1), body]);
}

function fixed32(field: number, value: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32LE(value);
  return Buffer.concat([varint(field * 8 + 5), body]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  out.push(rest);
  return Buffer.from(out);
}
