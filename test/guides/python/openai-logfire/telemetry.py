import atexit

import logfire

# Logfire writes over values whose key has a word like "session", unless told otherwise.
keep_session = logfire.ScrubbingOptions(callback=lambda match: match.value if match.path[-1] == "session.id" else None)
logfire.configure(send_to_logfire="if-token-present", console=False, scrubbing=keep_session)
logfire.instrument_openai()
atexit.register(logfire.shutdown)
