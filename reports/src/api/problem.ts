import { SpanledgerError } from '@spanledger/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { REPORT_ERRORS } from '../errors.ts';

/** RFC 9457, with our code of docs/errors.md. */
export const PROBLEM = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
});

export type Problem = z.output<typeof PROBLEM>;

const STATUS: Readonly<Record<string, number>> = {
  SPL_API_BAD_REQUEST: 400,
  SPL_API_FORBIDDEN: 403,
  SPL_API_NOT_FOUND: 404,
  SPL_REPORT_TOO_LARGE: 422,
  SPL_REPORT_AMBIGUOUS: 400,
  SPL_WAREHOUSE_UNAVAILABLE: 503,
};

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

/** What was thrown, as a problem: what is not ours to explain to a client is logged and not shown. */
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message = '' }) => ({
      parameter: instancePath.replace(/^\//, ''),
      detail: message,
    }));
    const detail = errors.map(({ parameter, detail: text }) => `${parameter}: ${text}`).join('; ');
    return { ...problem('SPL_API_BAD_REQUEST', 400, detail), errors };
  }
  const known = error instanceof SpanledgerError ? STATUS[error.code] : undefined;
  if (error instanceof SpanledgerError && known !== undefined) return problem(error.code, known, error.message);
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) return problem('SPL_API_BAD_REQUEST', status, (error as Error).message);
  request.log.error({ err: error }, 'request failed');
  return problem('SPL_API_FAILED', 500, 'The request failed; the log of the process says why.');
}

export function problem(code: string, status: number, detail: string): Problem {
  const title =
    (REPORT_ERRORS as Readonly<Record<string, { summary: string }>>)[code]?.summary ?? 'The ledger cannot answer now.';
  return { type: `urn:spanledger:error:${code}`, title, status, detail, code };
}
