import { SpanledgerError } from '@spanledger/schemas';
import { runDemo } from './run-demo.ts';
import { readSettings } from './settings.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  const succeeded = await runDemo(settings, abort.signal, console.log);
  process.exitCode = succeeded ? 0 : 1;
} catch (error) {
  if (!(error instanceof SpanledgerError)) throw error;
  console.error(`${error.message} (${error.code})`);
  process.exitCode = 1;
}
