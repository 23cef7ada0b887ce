import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { '@google/adk': '2.0.0', '@opentelemetry/sdk-node': '0.301.0', zod: '4.6.7' },
  command: ['--import', './telemetry.mjs', 'agent.mjs'],
  calls: 3,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
