import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    'smolagents[openai]': '1.26.0',
    openai: '2.54.0',
    'openinference-instrumentation-smolagents': '0.1.43',
    'openinference-instrumentation-openai': '0.1.66',
    'opentelemetry-exporter-otlp-proto-http': '1.45.2',
  },
  command: ['weather-agent.py'],
  calls: 2,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
