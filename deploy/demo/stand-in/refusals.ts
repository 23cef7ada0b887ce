import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './http.ts';

const RETRY_AFTER_SECONDS = 1;

type Refusal = {
  readonly status: number;
  readonly openAiCode: string;
  readonly anthropicType: string;
  readonly message: string;
};

/** 429 in the shape of the API that was called; the client libraries wait and try again. */
export function rateLimited(request: IncomingMessage, response: ServerResponse): void {
  const message = 'Rate limit reached for requests. Please try again later.';
  const refusal = { status: 429, openAiCode: 'rate_limit_exceeded', anthropicType: 'rate_limit_error', message };
  refuse(request, response, refusal, { 'retry-after': String(RETRY_AFTER_SECONDS) });
}

export function unauthorized(request: IncomingMessage, response: ServerResponse): void {
  const message = 'No API key was sent; the stand-in takes any.';
  refuse(request, response, {
    status: 401,
    openAiCode: 'invalid_api_key',
    anthropicType: 'authentication_error',
    message,
  });
}

export function notFound(request: IncomingMessage, response: ServerResponse): void {
  const message = `The stand-in does not answer ${request.method} ${request.url}.`;
  refuse(request, response, { status: 404, openAiCode: 'unknown_url', anthropicType: 'not_found_error', message });
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, message } = refusal;
  const isAnthropic = request.url?.startsWith('/anthropic') === true;
  const body = isAnthropic
    ? { type: 'error', error: { type: refusal.anthropicType, message } }
    : { error: { message, type: 'invalid_request_error', param: null, code: refusal.openAiCode } };
  sendJson(response, status, body, headers);
}
