import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Guide } from './guide.ts';

export type Language = 'javascript' | 'python';

export type NamedGuide = Guide & { readonly name: string; readonly language: Language; readonly folder: string };

/** Every folder with a `guide.ts`, by name. */
export async function readGuides(language: Language): Promise<NamedGuide[]> {
  const folder = join(import.meta.dirname, language);
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'guide.ts')));
  const guides = names.sort().map(async (name) => {
    const { guide } = (await import(join(folder, name, 'guide.ts'))) as { guide: Guide };
    return { ...guide, name, language, folder: join(folder, name) };
  });
  return Promise.all(guides);
}
