import type { Guide } from '../../guide.ts';

export const guide: Guide = {
  packages: { 'claude-agent-sdk': '0.2.187' },
  command: ['files-agent.py'],
  // Keeps the user's own settings and history out of the run, and what the program leaves behind within its folder.
  environment: { CLAUDE_CONFIG_DIR: 'claude-config', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', TMPDIR: '.' },
  calls: 2,
  cannotTell: ['web searches'],
  lineage: { team: 'search' },
};
