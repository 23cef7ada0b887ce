import asyncio
import os

from claude_agent_sdk import ClaudeAgentOptions, query

# The command-line program that the SDK runs sends the spans and events itself.
os.environ.update(
    CLAUDE_CODE_ENABLE_TELEMETRY="1",
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA="1",
    OTEL_TRACES_EXPORTER="otlp",
    OTEL_LOGS_EXPORTER="otlp",
)


async def main():
    options = ClaudeAgentOptions(model="claude-sonnet-4-5", tools=["Glob"], allowed_tools=["Glob"])
    async for _ in query(prompt="Which files are here?", options=options):
        pass


asyncio.run(main())
