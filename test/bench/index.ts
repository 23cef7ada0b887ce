/**
 * The benches: `npm run bench [-- name…] [--quick]`. Each says what it measures and beside what; docs/performance.md
 * keeps the figures of a quiet machine.
 */
import { benchAttribution } from './attribution.ts';
import { benchDecode } from './decode.ts';
import { buildFilledHouse } from './filled-house.ts';
import { benchIngest } from './ingest.ts';
import { benchLayout } from './layout.ts';
import { loadFacts, machineFacts } from './machine.ts';
import { benchMemory } from './memory.ts';
import { benchQueries } from './queries.ts';

const NAMES = ['decode', 'ingest', 'layout', 'attribution', 'queries', 'memory'] as const;
type Name = (typeof NAMES)[number];

const FULL = { charges: 10_000_000, layoutCharges: 1_000_000, traces: 40_000 };
const QUICK = { charges: 200_000, layoutCharges: 200_000, traces: 5_000 };

const isQuick = process.argv.includes('--quick');
const names = selected(process.argv.slice(2).filter((word) => !word.startsWith('--')));
const began = performance.now();
console.log(`# Spanledger's benches: ${names.join(', ')}${isQuick ? ' (quick: for trying out, not for quoting)' : ''}`);
console.log(`${new Date().toISOString()}\n${machineFacts()}\n${loadFacts('start')}`);
await runAll(isQuick ? QUICK : FULL);
console.log(`\n${loadFacts('end')}\n${((performance.now() - began) / 1000).toFixed(0)} s in all`);

async function runAll(size: typeof FULL): Promise<void> {
  if (names.includes('decode')) benchDecode({ isQuick });
  if (names.includes('ingest')) await benchIngest({ isQuick });
  if (names.includes('layout')) await benchLayout({ charges: size.layoutCharges });
  if (names.includes('attribution') || names.includes('queries')) await benchLedger(size);
  if (names.includes('memory')) await benchMemory({ isQuick });
}

/** Both at one ledger, because filling it takes longer than measuring. */
async function benchLedger(size: typeof FULL): Promise<void> {
  const house = await buildFilledHouse(size.charges);
  try {
    await benchAttribution(house, size);
    if (names.includes('queries')) await benchQueries(house, size);
  } finally {
    await house.stop();
  }
}

function selected(words: readonly string[]): readonly Name[] {
  const unknown = words.find((word) => !NAMES.includes(word as Name));
  if (unknown !== undefined) {
    console.error(`There is no bench "${unknown}". Name some of: ${NAMES.join(', ')}; without a name all run.`);
    process.exit(2);
  }
  return words.length === 0 ? NAMES : NAMES.filter((name) => words.includes(name));
}
