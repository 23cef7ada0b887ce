import atexit

from openinference.instrumentation import using_session
from openinference.instrumentation.openai import OpenAIInstrumentor
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from smolagents import OpenAIModel, ToolCallingAgent, tool

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
atexit.register(provider.shutdown)
SmolagentsInstrumentor().instrument(tracer_provider=provider)
# Knows the cached and the reasoning tokens; of the two spans of a call one is charged.
OpenAIInstrumentor().instrument(tracer_provider=provider)


@tool
def get_weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: The name of the city.
    """
    return "18 degrees, sunny"


agent = ToolCallingAgent(tools=[get_weather], model=OpenAIModel(model_id="gpt-5-mini"), name="weather")
with using_session("session-1"):
    agent.run("What is the weather in Paris?")
