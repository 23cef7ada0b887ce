# An agent without a framework: it names its session, itself and its tool calls on spans of its own.
import telemetry

from openai import OpenAI
from opentelemetry import trace

openai = OpenAI()
tracer = trace.get_tracer("my-agent")
model = "gpt-5-mini"
tool = {
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather", "session.id": "session-1"}

with tracer.start_as_current_span("invoke_agent weather", attributes=agent):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    tools = [{"type": "function", "function": tool}]
    message = openai.chat.completions.create(model=model, messages=messages, tools=tools).choices[0].message
    messages.append(message.model_dump(exclude_none=True))
    for call in message.tool_calls:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.function.name,
            "gen_ai.tool.call.id": call.id,
        }
        with tracer.start_as_current_span(f"execute_tool {call.function.name}", attributes=attributes):
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "18 degrees, sunny"})
    openai.chat.completions.create(model=model, messages=messages, tools=tools)

    question = [{"role": "user", "content": "And tomorrow?"}]
    options = {"include_usage": True}
    for _ in openai.chat.completions.create(model=model, messages=question, stream=True, stream_options=options):
        pass
    openai.responses.create(model=model, input="And the day after?")
    for _ in openai.responses.create(model=model, input="And next week?", stream=True):
        pass
    openai.embeddings.create(model="text-embedding-3-small", input="sunny")
