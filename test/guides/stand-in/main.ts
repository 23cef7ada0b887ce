import { parseArgs } from 'node:util';
import { startStandIn } from './stand-in.ts';

// Starts the stand-in by itself: `node test/guides/stand-in/main.ts --port 8090`, until Ctrl-C.
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const standIn = await startStandIn(Number(values.port));
console.log(`The providers' stand-in answers at ${standIn.url} (truth: ${standIn.url}/truth)`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => standIn.stop());
