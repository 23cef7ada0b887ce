import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: {
    '@arizeai/openinference-instrumentation-langchain': '4.1.1',
    '@langchain/anthropic': '1.5.11',
    '@langchain/openai': '1.6.0',
    '@opentelemetry/api': '1.10.0',
    '@opentelemetry/sdk-node': '0.301.0',
    langchain: '1.5.14',
    zod: '4.6.7',
  },
  command: ['--import', './telemetry.mjs', 'langchain.mjs'],
  calls: 8,
  cannotTell: ['web searches of streams', 'exact output of Anthropic streams'],
  lineage: { session_id: 'session-1', user_id: 'ada', agent_name: 'weather', team: 'search' },
};
