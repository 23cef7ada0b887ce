import { z } from 'zod';
import { DIMENSIONS_EXPECTED, parseDimensions, readStatement } from '../../chargeback/chargeback.ts';
import { statementCsv } from '../../chargeback/statement-csv.ts';
import { statementRecords } from '../../chargeback/statement-records.ts';
import { parseBillingPeriod } from '../../time/billing-period.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { PERIOD, TENANT } from '../parameters.ts';

const QUERY = z.object({
  period: PERIOD,
  by: z
    .string()
    .refine((text) => parseDimensions(text) !== undefined, { error: `expected ${DIMENSIONS_EXPECTED}` })
    .default('team')
    .meta({ description: `By what it is split: ${DIMENSIONS_EXPECTED}` }),
  format: z.enum(['json', 'csv']).default('json'),
  tenant: TENANT,
});

export function chargebackRoute(server: ApiServer, { reader }: ApiContext): void {
  const schema = { summary: 'A statement whose sum is the ledger of the period', tags: ['costs'], querystring: QUERY };
  server.get('/v1/chargeback', { schema }, async ({ query }, reply) => {
    const period = parseBillingPeriod(query.period);
    const by = parseDimensions(query.by);
    // Both were checked with the query.
    if (period === undefined || by === undefined) throw new Error('unchecked query');
    const records = statementRecords(await readStatement(reader, { period, by, tenant: query.tenant }));
    if (query.format === 'csv') return reply.type('text/csv; charset=utf-8').send(statementCsv(records));
    return reply
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ period: period.name, by, rows: records }));
  });
}
