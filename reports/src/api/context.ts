import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { MetricSnapshot } from '../metrics/metric-table.ts';
import type { HealthProbe } from './health.ts';

/** What routes work with. */
export type ApiContext = {
  readonly reader: WarehouseReader;
  readonly health: HealthProbe;
  readonly metrics: () => MetricSnapshot;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
