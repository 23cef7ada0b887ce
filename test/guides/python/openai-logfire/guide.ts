import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { logfire: '5.2.0', openai: '3.54.0' },
  command: ['openai-agent.py'],
  calls: 6,
  cannotTell: [],
  lineage: { session_id: 'session-1', agent_name: 'weather', team: 'search' },
};
