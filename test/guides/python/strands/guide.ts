import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    'strands-agents[openai,otel]': '1.62.0',
    openai: '2.54.0',
    'opentelemetry-exporter-otlp-proto-http': '1.45.1',
  },
  command: ['weather-agent.py'],
  calls: 2,
  cannotTell: ['reasoning'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
