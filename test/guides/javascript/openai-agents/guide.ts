import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@arizeai/openinference-instrumentation-openai-agents': '0.2.15',
    '@openai/agents': '0.20.0',
    '@opentelemetry/sdk-node': '0.301.0',
    zod: '4.6.7',
  },
  command: ['--import', './telemetry.mjs', 'agent.mjs'],
  calls: 6,
  cannotTell: [],
  lineage: { session_id: 'session-1', team: 'search' },
};
