import atexit

import litellm
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
atexit.register(provider.shutdown)
litellm.callbacks = ["otel"]
tracer = trace.get_tracer("my-agent")
tool = {
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather", "session.id": "session-1"}


def ask(model):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    tools = [{"type": "function", "function": tool}]
    message = litellm.completion(model=model, messages=messages, tools=tools).choices[0].message
    messages.append(message.model_dump(exclude_none=True))
    for call in message.tool_calls:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.function.name,
            "gen_ai.tool.call.id": call.id,
        }
        with tracer.start_as_current_span(f"execute_tool {call.function.name}", attributes=attributes):
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "18 degrees, sunny"})
    litellm.completion(model=model, messages=messages, tools=tools)


with tracer.start_as_current_span("invoke_agent weather", attributes=agent):
    ask("openai/gpt-5-mini")
    ask("anthropic/claude-sonnet-4-5")
