import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { deployError } from '../errors.ts';
import type { Answer, ServerSentEvent } from './provider-call.ts';

/** A prompt of the demo is a few ten thousand bytes; more is a mistake. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Reads a JSON body. Throws SPL_DEMO_STAND_IN when it is too large or no JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw deployError('SPL_DEMO_STAND_IN', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw deployError('SPL_DEMO_STAND_IN', `The body of ${request.method} ${request.url} is no JSON.`, cause);
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Sends an answer over about `durationMs`: JSON at the end of it, a stream from its middle on. Stops when the caller hangs up. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  durationMs: number,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (answer.kind === 'json') {
    await wait(durationMs);
    sendJson(response, 200, answer.body, headers);
    return;
  }
  await wait(durationMs / 2);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...headers,
  });
  await sendEvents(response, answer.events, durationMs / 2);
  response.end();
}

async function sendEvents(
  response: ServerResponse,
  events: readonly ServerSentEvent[],
  durationMs: number,
): Promise<void> {
  const pauseMs = durationMs / events.length;
  let owedMs = 0;
  for (const event of events) {
    if (response.destroyed) return;
    response.write(encodeEvent(event));
    owedMs += pauseMs;
    // A timer cannot wait less than a millisecond: short pauses are saved up.
    if (owedMs < 5) continue;
    await wait(owedMs);
    owedMs = 0;
  }
}

function encodeEvent({ event, data }: ServerSentEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
