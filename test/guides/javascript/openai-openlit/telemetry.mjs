import OpenAI from 'openai';
import openlit from 'openlit';

openlit.default.init({
  otlpEndpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
  applicationName: 'my-agent',
  instrumentations: { openai: OpenAI },
  customSpanAttributes: { 'spanledger.team': 'search' },
  disableBatch: true,
});
