import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { 'pydantic-ai-slim[anthropic]': '2.68.0', 'opentelemetry-exporter-otlp-proto-http': '1.45.2' },
  command: ['weather-agent.py'],
  calls: 2,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
