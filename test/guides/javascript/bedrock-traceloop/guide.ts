import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@traceloop/instrumentation-bedrock': '0.27.0',
    '@aws-sdk/client-bedrock-runtime': '3.1164.0',
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
  },
  command: ['--import', './telemetry.mjs', 'bedrock.mjs'],
  calls: 4,
  cannotTell: ['cached tokens at all', 'usage of Converse'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
