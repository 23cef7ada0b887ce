import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@arizeai/openinference-instrumentation-bedrock': '0.5.1',
    '@aws-sdk/client-bedrock-runtime': '3.1164.0',
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
  },
  command: ['--import', './telemetry.mjs', 'bedrock.mjs'],
  calls: 4,
  cannotTell: ['cached tokens of Converse streams', 'cache lifetimes of streams'],
  unpriced: 1,
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
