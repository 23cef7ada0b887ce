import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@ai-sdk/anthropic': '3.0.140',
    '@ai-sdk/openai': '3.0.141',
    '@opentelemetry/sdk-node': '0.301.0',
    ai: '6.0.326',
    zod: '4.6.7',
  },
  command: ['--import', './telemetry.mjs', 'agent.mjs'],
  calls: 11,
  cannotTell: [],
  lineage: { session_id: 'session-1', user_id: 'ada', team: 'search' },
};
