import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@anthropic-ai/sdk': '1.12.0',
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
  },
  command: ['--import', './telemetry.mjs', 'anthropic.mjs'],
  calls: 4,
  cannotTell: ['web searches'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
