import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerSentEvent } from '../../../deploy/demo/stand-in/provider-call.ts';
import type { Answer } from './answered-call.ts';
import { encodeAwsEvent } from './aws-event-stream.ts';
import type { Json } from './conversation.ts';

/** Sends an answer, a stream piece by piece with a pause after each. Stops when the caller hangs up. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  pauseMs: number,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (answer.kind === 'json') return sendJson(response, 200, answer.body, { ...headers, ...answer.headers });
  const [type, pieces] =
    answer.kind === 'events'
      ? ['text/event-stream; charset=utf-8', answer.events.map(encodeServerSentEvent)]
      : ['application/vnd.amazon.eventstream', answer.events.map(encodeAwsEvent)];
  response.writeHead(200, { 'content-type': type, ...headers });
  for (const piece of pieces) {
    if (response.destroyed) return;
    response.write(piece);
    await pause(pauseMs);
  }
  response.end();
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function encodeServerSentEvent({ event, data }: ServerSentEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
