import type { IncomingHttpHeaders } from 'node:http';
import swagger from '@fastify/swagger';
import { fastify } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { type ApiAddress, formatHostPort, isOwnHost, listenFailure, refuseOpenApi } from './api-address.ts';
import type { ApiContext, ApiServer } from './context.ts';
import { problem, problemOf, sendProblem } from './problem.ts';
import { chargebackRoute } from './routes/chargeback-route.ts';
import { costRoutes } from './routes/cost-routes.ts';
import { processRoutes } from './routes/process-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { traceRoutes } from './routes/trace-routes.ts';

export type ApiOptions = ApiContext & { readonly address: ApiAddress; readonly logger: Logger };

export type Api = {
  /** Resolves with the address in use as `host:port`; throws an SPL_API_… error that names the setting. */
  start(): Promise<string>;
  /** Answers what is in flight, then closes; may be called twice. */
  stop(): Promise<void>;
};

const REQUEST_TIMEOUT_MS = 60_000;
/** Nothing here takes a body. */
const BODY_LIMIT_BYTES = 1024;
const MAX_PARAMETER_LENGTH = 4096;

/** The HTTP API: reads the ledger, changes nothing. Throws SPL_API_ADDRESS_OPEN for an open address nobody asked for. */
export function createApi({ address, logger, ...context }: ApiOptions): Api {
  refuseOpenApi(address);
  let server: ApiServer | undefined;
  return {
    async start() {
      server = await buildServer(address, context, logger);
      try {
        await server.listen({ host: address.host, port: address.port });
      } catch (cause) {
        await server.close();
        throw listenFailure(address, cause);
      }
      const bound = server.server.address();
      return formatHostPort(address.host, typeof bound === 'object' && bound !== null ? bound.port : address.port);
    },
    async stop() {
      await server?.close();
    },
  };
}

async function buildServer(address: ApiAddress, context: ApiContext, logger: Logger): Promise<ApiServer> {
  const server = fastify({
    // Its notes on each request and on listening are not wanted: welcome text and metrics say as much.
    loggerInstance: logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
  }).withTypeProvider<ZodTypeProvider>() as unknown as ApiServer;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  closeToWebPages(server, address);
  server.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request)));
  server.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problem(
        'SPL_API_NOT_FOUND',
        404,
        `There is no ${request.method} ${request.url.slice(0, 200)}; GET / lists what is here.`,
      ),
    ),
  );
  await server.register(swagger, {
    openapi: {
      info: { title: 'Spanledger', version: '0.1.0', description: 'The cost ledger of AI agents. Reads only.' },
    },
    transform: jsonSchemaTransform,
  });
  processRoutes(server, context);
  sessionRoutes(server, context);
  traceRoutes(server, context);
  costRoutes(server, context);
  chargebackRoute(server, context);
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  return server;
}

/** Costs are nobody's business on the web: no foreign page may ask, and there are no CORS headers. */
function closeToWebPages(server: ApiServer, address: ApiAddress): void {
  server.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    if (!isOwnHost(host, address)) {
      const detail = `Host ${JSON.stringify(host ?? '')} is not a name of this server; api.allowed_hosts lists further names.`;
      return sendProblem(reply, problem('SPL_API_FORBIDDEN', 403, detail));
    }
    if (isForeignPage(request.headers)) {
      const detail = `Web pages of other origins may not ask here (origin ${JSON.stringify(origin ?? 'not named')}).`;
      return sendProblem(reply, problem('SPL_API_FORBIDDEN', 403, detail));
    }
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    return undefined;
  });
}

/** A link that a person follows from elsewhere is fine: its page sees nothing of the answer. */
function isForeignPage(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  if (origin !== undefined) return origin.toLowerCase() !== `http://${host}`.toLowerCase();
  const site = headers['sec-fetch-site'];
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate';
}
