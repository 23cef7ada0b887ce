import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { openlit: '1.15.0', openai: '6.49.0', '@opentelemetry/api': '1.9.1' },
  command: ['--import', './telemetry.mjs', 'openai.mjs'],
  calls: 6,
  cannotTell: ['reasoning of chat'],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
