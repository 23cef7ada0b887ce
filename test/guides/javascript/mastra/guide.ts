import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@ai-sdk/openai': '3.0.141',
    '@mastra/core': '1.71.0',
    '@mastra/observability': '1.17.9',
    '@mastra/otel-exporter': '1.4.0',
    '@opentelemetry/exporter-trace-otlp-proto': '0.223.0',
    zod: '4.6.7',
  },
  command: ['agent.mjs'],
  calls: 4,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather' },
};
