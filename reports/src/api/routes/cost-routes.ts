import { z } from 'zod';
import { DEAD_LETTER_ROW, listDeadLetters } from '../../queries/list-dead-letters.ts';
import { listReported, REPORTED_ROW } from '../../queries/list-reported.ts';
import { listSuppressed, SUPPRESSED_ROW } from '../../queries/list-suppressed.ts';
import { listToolCalls, TOOL_CALL_ROW } from '../../queries/list-tool-calls.ts';
import { listUnpriced, UNPRICED_ROW } from '../../queries/list-unpriced.ts';
import { sumTeamCosts, TEAM_COST_ROW, TEAM_SPLITS } from '../../queries/sum-team-costs.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { LIMIT, momentOf, pageOf, SESSION_ID, SINCE, TENANT, toPage } from '../parameters.ts';

/** Lists over a span of time; all are cut at a limit and say so. */
export function costRoutes(server: ApiServer, { reader, clock }: ApiContext): void {
  const span = z.object({ since: SINCE, tenant: TENANT, limit: LIMIT });
  const ofSession = span.extend({ session_id: SESSION_ID.optional() });

  server.get(
    '/v1/tool-calls',
    {
      schema: {
        summary: 'Tool calls, the dearest first',
        tags: ['costs'],
        querystring: ofSession,
        response: { 200: pageOf(TOOL_CALL_ROW) },
      },
    },
    async ({ query: { since, tenant, limit, session_id: sessionId } }) => {
      const filter = { since: momentOf(since, clock()), sessionId, tenant, limit: limit + 1 };
      return toPage(await listToolCalls(reader, filter), limit);
    },
  );

  const teams = span.extend({ by: z.enum(TEAM_SPLITS).default('team') });
  server.get(
    '/v1/teams',
    {
      schema: {
        summary: 'What teams cost, whole hours',
        tags: ['costs'],
        querystring: teams,
        response: { 200: pageOf(TEAM_COST_ROW) },
      },
    },
    async ({ query: { since, tenant, limit, by } }) => {
      const filter = { since: momentOf(since, clock()), by, tenant, limit: limit + 1 };
      return toPage(await sumTeamCosts(reader, filter), limit);
    },
  );

  server.get(
    '/v1/unpriced',
    {
      schema: {
        summary: 'Usage without a price, calls without usage',
        tags: ['costs'],
        querystring: span,
        response: { 200: pageOf(UNPRICED_ROW) },
      },
    },
    async ({ query: { since, tenant, limit } }) => {
      return toPage(await listUnpriced(reader, { since: momentOf(since, clock()), tenant, limit: limit + 1 }), limit);
    },
  );

  server.get(
    '/v1/reported',
    {
      schema: {
        summary: "What emitters say that calls cost, beside the ledger's list cost",
        tags: ['costs'],
        querystring: span,
        response: { 200: pageOf(REPORTED_ROW) },
      },
    },
    async ({ query: { since, tenant, limit } }) => {
      return toPage(await listReported(reader, { since: momentOf(since, clock()), tenant, limit: limit + 1 }), limit);
    },
  );

  server.get(
    '/v1/suppressed',
    {
      schema: {
        summary: 'Spans whose usage is charged elsewhere',
        tags: ['costs'],
        querystring: ofSession,
        response: { 200: pageOf(SUPPRESSED_ROW) },
      },
    },
    async ({ query: { since, tenant, limit, session_id: sessionId } }) => {
      const filter = { since: momentOf(since, clock()), sessionId, tenant, limit: limit + 1 };
      return toPage(await listSuppressed(reader, filter), limit);
    },
  );

  server.get(
    '/v1/dead-letters',
    {
      schema: {
        summary: 'What could not be processed',
        tags: ['costs'],
        querystring: span,
        response: { 200: pageOf(DEAD_LETTER_ROW) },
      },
    },
    async ({ query: { since, tenant, limit } }) => {
      return toPage(
        await listDeadLetters(reader, { since: momentOf(since, clock()), tenant, limit: limit + 1 }),
        limit,
      );
    },
  );
}
