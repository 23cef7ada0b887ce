import { z } from 'zod';
import { reportError } from '../../errors.ts';
import {
  EXPLAINED_LINE_ROW,
  EXPLAINED_SPAN_ROW,
  EXPLAINED_SUPPRESSION_ROW,
  explainTrace,
} from '../../explain/read-explanation.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { TENANT } from '../parameters.ts';

const PARAMETERS = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/, { error: 'expected 32 lower-case hex digits' }),
});
const QUERY = z.object({
  span_id: z
    .string()
    .regex(/^[0-9a-f]{16}$/, { error: 'expected 16 lower-case hex digits' })
    .optional()
    .meta({ description: 'Only this span' }),
  tenant: TENANT,
});

const ANSWER = z.object({
  spans: z.array(
    z.object({
      span: EXPLAINED_SPAN_ROW,
      charges: z.array(EXPLAINED_LINE_ROW),
      suppression: EXPLAINED_SUPPRESSION_ROW.optional(),
      also_seen_by: z.array(EXPLAINED_SUPPRESSION_ROW),
    }),
  ),
});

export function traceRoutes(server: ApiServer, { reader }: ApiContext): void {
  server.get(
    '/v1/traces/:traceId/explanation',
    {
      schema: {
        summary: 'Why each span of a trace is charged as it is',
        tags: ['traces'],
        params: PARAMETERS,
        querystring: QUERY,
        response: { 200: ANSWER },
      },
    },
    async ({ params: { traceId }, query: { span_id: spanId, tenant } }) => {
      const spans = await explainTrace(reader, { traceId, spanId, tenant });
      if (spans.length === 0) throw reportError('SPL_API_NOT_FOUND', `There is no such trace or span: ${traceId}.`);
      return {
        spans: spans.map(({ span, charges, suppression, alsoSeenBy }) => ({
          span,
          charges: [...charges],
          suppression,
          also_seen_by: [...alsoSeenBy],
        })),
      };
    },
  );
}
