import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@langfuse/openai': '5.11.1',
    '@langfuse/otel': '5.11.1',
    '@langfuse/tracing': '5.11.1',
    '@opentelemetry/api': '1.9.1',
    '@opentelemetry/exporter-trace-otlp-http': '0.223.0',
    '@opentelemetry/sdk-node': '0.223.0',
    openai: '6.49.0',
  },
  command: ['--import', './telemetry.mjs', 'agent.mjs'],
  calls: 6,
  cannotTell: ['usage of embeddings'],
  lineage: { session_id: 'session-1', user_id: 'ada', agent_name: 'weather', team: 'search' },
};
