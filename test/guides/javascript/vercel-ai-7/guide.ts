import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@ai-sdk/anthropic': '4.0.105',
    '@ai-sdk/openai': '4.0.118',
    '@ai-sdk/otel': '1.0.173',
    '@opentelemetry/sdk-node': '0.301.0',
    ai: '7.0.173',
    zod: '4.6.7',
  },
  command: ['--import', './telemetry.mjs', 'agent.mjs'],
  calls: 11,
  cannotTell: [],
  lineage: { session_id: 'session-1', user_id: 'ada', team: 'search' },
};
