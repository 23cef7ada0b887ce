import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writtenDocument } from '../test/guides/document.ts';

// Writes into docs/emitters.md what the guides of test/guides say. The text between stays as it is.
const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const document = fileURLToPath(new URL('docs/emitters.md', root));
writeFileSync(document, await writtenDocument(read('docs/emitters.md'), read));
