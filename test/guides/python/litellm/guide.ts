import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { litellm: '1.106.2', mcp: '2.3.0', 'opentelemetry-exporter-otlp-proto-http': '1.45.2' },
  command: ['weather-agent.py'],
  environment: { USE_OTEL_LITELLM_REQUEST_SPAN: 'true', LITELLM_LOCAL_MODEL_COST_MAP: 'true' },
  calls: 4,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
