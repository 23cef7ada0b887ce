import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { TestContext } from 'node:test';
import { startProduct } from '../support/product.ts';
import { checkGuide } from './check-guide.ts';
import { installGuide } from './install.ts';
import { type Language, type NamedGuide, readGuides } from './read-guides.ts';
import { type Doors, runGuide } from './run-guide.ts';
import { startStandIn } from './stand-in/stand-in.ts';

/** How a guide's run ended; neither: well. */
type Run = { readonly skipped?: string; readonly error?: Error };

/** All guides of a language against one product and one stand-in, each with a tenant of its own: run a few at a time, then checked. */
export async function runGuides(context: TestContext, language: Language): Promise<void> {
  const guides = await readGuides(language);
  const keys = guides.map(({ name }) => ({ id: name, sha256: hash('sha256', secretOf(name)), tenant: name }));
  const [product, standIn] = await Promise.all([startProduct({ keys }), startStandIn()]);
  context.after(() => Promise.all([product.stop(), standIn.stop()]));

  const runs = new Map<string, Run>();
  const waiting = [...guides];
  const lane = async () => {
    for (let guide = waiting.shift(); guide !== undefined; guide = waiting.shift()) {
      const doors = doorsOf(guide, `http://${product.otlp.http}`, standIn.url);
      runs.set(guide.name, await installAndRun(guide, doors).catch((error: Error) => ({ error })));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  await product.settle();

  for (const guide of guides) {
    await context.test(`${language}/${guide.name}`, async (inner) => {
      const { skipped, error } = runs.get(guide.name) ?? {};
      if (skipped !== undefined) return inner.skip(skipped);
      if (error !== undefined) throw error;
      await checkGuide(guide, standIn.callsOf(guide.name), product.warehouse, guide.name);
    });
  }
}

async function installAndRun(guide: NamedGuide, doors: Doors): Promise<Run> {
  const installed = await installGuide(guide);
  if ('unreachable' in installed) {
    return { skipped: `the package registry is not reachable: ${installed.unreachable}` };
  }
  await runGuide(guide, installed.folder, doors);
  return {};
}

function doorsOf({ name, treatment = '' }: NamedGuide, otlp: string, standInUrl: string): Doors {
  return { providers: `${standInUrl}/run/${name}${treatment}`, otlp, secret: secretOf(name) };
}

function secretOf(name: string): string {
  return `guide-${name}-0123456789abcdef`;
}
