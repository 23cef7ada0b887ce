import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    'langsmith[otel]': '0.15.0',
    langchain: '1.4.7',
    'langchain-openai': '1.7.3',
    'opentelemetry-exporter-otlp-proto-http': '1.45.2',
  },
  command: ['weather-agent.py'],
  calls: 2,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
