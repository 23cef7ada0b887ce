import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    openai: '3.54.0',
    'openinference-instrumentation-openai': '0.1.66',
    'opentelemetry-exporter-otlp-proto-http': '1.45.2',
  },
  command: ['openai-agent.py'],
  calls: 6,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
