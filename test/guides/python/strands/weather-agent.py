import atexit

from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry

telemetry = StrandsTelemetry().setup_otlp_exporter()
atexit.register(telemetry.tracer_provider.shutdown)


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return "18 degrees, sunny"


agent = Agent(
    name="weather",
    model=OpenAIModel(model_id="gpt-5-mini"),
    tools=[get_weather],
    trace_attributes={"session.id": "session-1"},
)
agent("What is the weather in Paris?")
