import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@arizeai/openinference-instrumentation-openai': '4.2.7',
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
    openai: '7.57.0',
  },
  command: ['--import', './telemetry.mjs', 'openai.mjs'],
  calls: 6,
  cannotTell: ['usage of chat streams', 'usage of embeddings'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
