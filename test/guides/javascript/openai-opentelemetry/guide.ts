import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/instrumentation': '0.301.0',
    '@opentelemetry/instrumentation-openai': '0.22.0',
    '@opentelemetry/sdk-node': '0.301.0',
    openai: '6.49.0',
  },
  command: ['--import', './telemetry.mjs', 'openai.mjs'],
  calls: 6,
  cannotTell: ['cached tokens', 'reasoning'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
