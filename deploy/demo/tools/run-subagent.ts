import type { Agent } from '../agent.ts';
import { type Tool, textParameter } from './tool.ts';

/** Hands a task to an agent of its own; everything that costs hangs beneath the tool call. */
export function runSubagentTool(createSubagent: () => Agent): Tool {
  return {
    name: 'run_subagent',
    description: 'Let the fact checker verify one claim against the handbook. It answers with what it found.',
    parameters: textParameter('task', 'The claim, in one sentence, starting with "Verify:".'),
    run: ({ task }) => createSubagent().ask(task ?? ''),
  };
}
