import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
    '@traceloop/instrumentation-openai': '0.27.0',
    openai: '6.49.0',
  },
  command: ['--import', './telemetry.mjs', 'openai.mjs'],
  calls: 6,
  cannotTell: ['cached tokens', 'reasoning', 'usage of streams', 'embeddings'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
