import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { cliError } from '../errors.ts';

/** A value of the file with the line that it stands on. */
export type FileValue = { readonly value: unknown; readonly line: number };

/** What `spanledger.yaml` says, by setting name: sections are opened one level deep. */
export type ConfigFile = { readonly name: string; readonly values: ReadonlyMap<string, FileValue> };

/** Reads the file's text. Throws SPL_CONFIG_UNREADABLE for what is no YAML mapping. */
export function parseConfigFile(name: string, text: string, sections: ReadonlySet<string>): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) throw cliError('SPL_CONFIG_UNREADABLE', `${name} is no valid YAML: ${error.message}`, error);
  const values = new Map<string, FileValue>();
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { name, values };
  if (!isMap(root)) {
    throw cliError('SPL_CONFIG_UNREADABLE', `${name} must be a mapping of settings, such as "data_dir: ./data".`);
  }
  const lineOf = (node: unknown) => lines.linePos((node as Node).range?.[0] ?? 0).line;
  const toValue = (node: unknown) => (node as Node | null)?.toJS(document);

  for (const { key, value } of root.items.filter(isPair)) {
    const section = String(key);
    if (!sections.has(section) || !isMap(value)) {
      // A section that is left empty says nothing.
      if (!(sections.has(section) && toValue(value) === null))
        values.set(section, { value: toValue(value), line: lineOf(key) });
      continue;
    }
    for (const item of value.items) {
      values.set(`${section}.${String(item.key)}`, { value: toValue(item.value), line: lineOf(item.key) });
    }
  }
  return { name, values };
}
