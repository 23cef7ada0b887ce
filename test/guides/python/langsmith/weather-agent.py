import os

os.environ.update(LANGSMITH_TRACING="true", LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true")

from langchain.agents import create_agent
from langchain_core.tracers.langchain import wait_for_all_tracers
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


def get_weather(city: str) -> str:
    """The weather in a city."""
    return "18 degrees, sunny"


agent = create_agent("openai:gpt-5-mini", tools=[get_weather], name="weather")
question = {"messages": [{"role": "user", "content": "What is the weather in Paris?"}]}
agent.invoke(question, {"configurable": {"thread_id": "session-1"}})
wait_for_all_tracers()
provider.shutdown()
