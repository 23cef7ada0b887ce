import atexit

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
atexit.register(provider.shutdown)
Agent.instrument_all()

agent = Agent("anthropic:claude-sonnet-4-5", name="weather")


@agent.tool_plain
def get_weather(city: str) -> str:
    """The weather in a city."""
    return "18 degrees, sunny"


agent.run_sync("What is the weather in Paris?", conversation_id="session-1")
