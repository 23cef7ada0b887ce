import { z } from 'zod';
import { prometheusText } from '../../metrics/prometheus-text.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { READY_ANSWER } from '../health.ts';

const FRONT_PAGE = `Spanledger: the cost ledger of AI agents

  /v1/sessions?since=7d                     what each session cost
  /v1/sessions/{id}                         one session and its tool calls
  /v1/sessions/{id}/trail                   its token audit trail, line by line
  /v1/tool-calls?since=7d                   what tool calls cost
  /v1/teams?by=model&since=7d               what teams cost
  /v1/traces/{traceId}/explanation          why each span of a trace is charged as it is
  /v1/unpriced  /v1/suppressed              what has no price, what was not charged and why
  /v1/reported                              what emitters say that calls cost, beside the ledger
  /v1/chargeback?period=2026-11&by=team     a statement; &format=csv
  /v1/dead-letters                          what could not be processed
  /health/live  /health/ready  /metrics     the process
  /openapi.json                             all of this for machines

SQL is on a port of its own; "spanledger status" says where.
`;

/** The process's own routes: front page, health, metrics. */
export function processRoutes(server: ApiServer, { health, metrics }: ApiContext): void {
  server.get('/', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('text/plain; charset=utf-8').send(FRONT_PAGE);
  });

  server.get(
    '/health/live',
    {
      schema: {
        summary: 'The process answers',
        tags: ['process'],
        response: { 200: z.object({ status: z.literal('live') }) },
      },
    },
    async () => ({ status: 'live' as const }),
  );

  server.get(
    '/health/ready',
    {
      schema: {
        summary: 'The process can take and charge spans',
        tags: ['process'],
        response: { 200: READY_ANSWER, 503: READY_ANSWER },
      },
    },
    async (_request, reply) => {
      const checks = await health();
      const isReady = checks.every(({ ok }) => ok);
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not_ready', checks: [...checks] });
    },
  );

  server.get(
    '/metrics',
    { schema: { summary: 'Prometheus text (docs/metrics.md)', tags: ['process'] } },
    async (_request, reply) => {
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(prometheusText(metrics()));
    },
  );
}
