import { z } from 'zod';
import { reportError } from '../../errors.ts';
import { findSession, listSessions, SESSION_ROW } from '../../queries/list-sessions.ts';
import { listToolCalls, TOOL_CALL_ROW } from '../../queries/list-tool-calls.ts';
import { readTrailEntries, TRAIL_ENTRY_ROW } from '../../queries/read-trail.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { LIMIT, momentOf, pageOf, SESSION_ID, SINCE, TENANT, toPage } from '../parameters.ts';

const TRAIL_LIMIT = z.coerce.number().int().min(1).max(10_000).default(1000);
const TOOL_CALLS_OF_A_SESSION = 1000;

const ID = z.object({ id: SESSION_ID });

export function sessionRoutes(server: ApiServer, { reader, clock }: ApiContext): void {
  const listQuery = z.object({ since: SINCE, team: z.string().max(256).optional(), tenant: TENANT, limit: LIMIT });
  server.get(
    '/v1/sessions',
    {
      schema: {
        summary: 'Sessions, the latest first',
        tags: ['sessions'],
        querystring: listQuery,
        response: { 200: pageOf(SESSION_ROW) },
      },
    },
    async ({ query }) => {
      const { since, team, tenant, limit } = query;
      const rows = await listSessions(reader, { since: momentOf(since, clock()), team, tenant, limit: limit + 1 });
      return toPage(rows, limit);
    },
  );

  const oneAnswer = z.object({ session: SESSION_ROW, tool_calls: z.array(TOOL_CALL_ROW) });
  const oneQuery = z.object({ tenant: TENANT });
  server.get(
    '/v1/sessions/:id',
    {
      schema: {
        summary: 'One session and its tool calls',
        tags: ['sessions'],
        params: ID,
        querystring: oneQuery,
        response: { 200: oneAnswer },
      },
    },
    async ({ params, query }) => {
      const session = await onlySession(params.id, query.tenant);
      const filter = {
        since: new Date(0),
        sessionId: params.id,
        tenant: session.tenant,
        limit: TOOL_CALLS_OF_A_SESSION,
      };
      return { session, tool_calls: await listToolCalls(reader, filter) };
    },
  );

  const trailQuery = z.object({ tenant: TENANT, limit: TRAIL_LIMIT });
  server.get(
    '/v1/sessions/:id/trail',
    {
      schema: {
        summary: 'The token audit trail, line by line',
        tags: ['sessions'],
        params: ID,
        querystring: trailQuery,
        response: { 200: pageOf(TRAIL_ENTRY_ROW) },
      },
    },
    async ({ params, query: { tenant, limit } }) => {
      const session = await onlySession(params.id, tenant);
      const rows = await readTrailEntries(reader, { sessionId: params.id, tenant: session.tenant, limit: limit + 1 });
      return toPage(rows, limit);
    },
  );

  async function onlySession(id: string, tenant: string | undefined) {
    const [session, another] = await findSession(reader, id, tenant);
    if (session === undefined)
      throw reportError('SPL_API_NOT_FOUND', `There is no session ${JSON.stringify(id)} in the ledger.`);
    if (another === undefined) return session;
    throw reportError(
      'SPL_API_BAD_REQUEST',
      `Several tenants have a session ${JSON.stringify(id)}: add tenant=${session.tenant} or tenant=${another.tenant}.`,
    );
  }
}
