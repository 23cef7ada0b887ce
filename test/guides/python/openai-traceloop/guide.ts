import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    openai: '3.54.0',
    'opentelemetry-exporter-otlp-proto-http': '1.45.2',
    'opentelemetry-instrumentation-openai': '0.62.4',
  },
  command: ['openai-agent.py'],
  calls: 6,
  cannotTell: ['reasoning of chat streams'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
