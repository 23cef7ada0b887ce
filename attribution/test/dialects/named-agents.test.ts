import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified } from '../support/classified.ts';

/** LangChain writes the agent's name on every span beneath it; only the chain of that name is the agent. */
const EMITTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'OpenInference, Python': {
    'openinference.span.kind': 'CHAIN',
    metadata: '{"lc_agent_name": "researcher", "langgraph_step": 2}',
  },
  'OpenInference, JavaScript': { 'openinference.span.kind': 'CHAIN', metadata: '{"lc_agent_name":"researcher"}' },
  LangSmith: { 'langsmith.span.kind': 'chain', 'langsmith.metadata.lc_agent_name': 'researcher' },
  Langfuse: { 'langfuse.observation.type': 'chain', 'langfuse.observation.metadata.lc_agent_name': '"researcher"' },
};

describe("agents of LangChain's, which are chains with a name", () => {
  for (const [emitter, attributes] of Object.entries(EMITTERS)) {
    test(emitter, () => {
      const agent = classified({ name: 'researcher', kind: 1, attributes });
      assert.deepEqual([agent.role, agent.own.agentName], ['agent', 'researcher']);
      const model = classified({ name: 'model', kind: 1, attributes });
      assert.deepEqual([model.role, model.own.agentName], ['step', '']);
    });
  }
});

test("a span that OpenInference names after its method carries the agent's or the tool's own name", () => {
  const named = (kind: string, name: string) =>
    classified({ name, kind: 1, attributes: { 'openinference.span.kind': kind } });
  for (const method of ['run', '_execute_core', 'on_messages_stream']) {
    assert.equal(named('AGENT', `planner.${method}`).own.agentName, 'planner');
  }
  const crew = { 'openinference.span.kind': 'AGENT', 'graph.node.id': 'planner' };
  assert.equal(classified({ name: 'Task._execute_core', kind: 1, attributes: crew }).own.agentName, 'planner');
  assert.equal(named('AGENT', 'planner 2.0').own.agentName, 'planner 2.0');
  assert.equal(named('TOOL', 'weather.__call__').toolName, 'weather');
});
