export type { ApiAddress } from './api/api-address.ts';
export { type Api, type ApiOptions, createApi } from './api/create-api.ts';
export type { HealthCheck, HealthProbe } from './api/health.ts';
export { DIMENSIONS_EXPECTED, parseDimensions, readStatement } from './chargeback/chargeback.ts';
export type { Statement, StatementLine } from './chargeback/statement.ts';
export { statementCsv } from './chargeback/statement-csv.ts';
export { type StatementRecord, statementRecords } from './chargeback/statement-records.ts';
export { REPORT_ERRORS } from './errors.ts';
export {
  type ExplainedLine,
  type ExplainedSpan,
  type ExplainedSuppression,
  explainTrace,
} from './explain/read-explanation.ts';
export type { MetricSnapshot } from './metrics/metric-table.ts';
export type { ChargebackDimension } from './queries/chargeback-groups.ts';
export { countSessionSpans } from './queries/count-session-spans.ts';
export { listReported, type ReportedRow } from './queries/list-reported.ts';
export { findSession, listSessions, type SessionRow } from './queries/list-sessions.ts';
export { listSuppressed, type SuppressedRow } from './queries/list-suppressed.ts';
export { listUnpriced, type UnpricedRow } from './queries/list-unpriced.ts';
export { readTrail, type TrailEntry, type TrailSpan } from './queries/read-trail.ts';
export { sumTeamCosts, TEAM_SPLITS, type TeamCostRow, type TeamSplit } from './queries/sum-team-costs.ts';
export { type BillingPeriod, PERIOD_EXPECTED, parseBillingPeriod } from './time/billing-period.ts';
export { parseSince, SINCE_EXPECTED } from './time/since.ts';
export { buildTrail } from './trail/build-trail.ts';
export { shareOf, type Trail, type TrailNode } from './trail/trail.ts';
