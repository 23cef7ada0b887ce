import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const USAGE = { 'gen_ai.usage.prompt_tokens': 1200, 'gen_ai.usage.completion_tokens': 350 };
const NAMES = { 'gen_ai.system': 'strands-agents', 'agent.name': 'planner', 'gen_ai.agent.name': 'planner' };
const span = (name: string, attributes: Readonly<Record<string, string | number>>) => ({
  ...{ scope: 'strands-agents', kind: 1, name, attributes },
});

describe('Strands before 1.0, without operations', () => {
  test('only the model invocation is a request; the agent repeats it', () => {
    const request = decodedSpan(span('Model invoke', { ...NAMES, ...USAGE, 'gen_ai.request.model': 'gpt-5-mini' }));
    assert.deepEqual(countsOf(request), { input: 1200, output: 350 });
    const agent = classified(span('planner', { ...NAMES, ...USAGE }));
    assert.deepEqual([agent.role, agent.own.agentName, agent.aggregate.length], ['agent', 'planner', 2]);
  });

  test('tools and cycles are known by keys of their own', () => {
    const tool = classified(span('Tool: weather', { 'tool.name': 'weather', 'tool.id': 'call_1' }));
    assert.deepEqual([tool.role, tool.toolName, tool.toolCallId], ['tool_call', 'weather', 'call_1']);
    assert.equal(classified(span('Cycle 7', { 'event_loop.cycle_id': '7' })).role, 'step');
    assert.equal(classified({ ...span('x', {}), scope: 'strands.telemetry.tracer' }).role, 'other');
  });

  test('an event loop of later versions is a step too', () => {
    const cycle = span('execute_event_loop_cycle', { 'event_loop.cycle_id': '7' });
    assert.equal(classified({ ...cycle, scope: 'strands.telemetry.tracer' }).role, 'step');
  });
});
