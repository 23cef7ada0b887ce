import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    'openai-agents': '0.24.0',
    openai: '3.54.0',
    'openinference-instrumentation-openai-agents': '2.6.0',
    'opentelemetry-exporter-otlp-proto-http': '1.45.2',
  },
  command: ['weather-agent.py'],
  calls: 2,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
