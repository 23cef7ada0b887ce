/** A configuration as nested tables: text, a subtree, or a list of either that repeats the tag. */
export type XmlTree = { readonly [tag: string]: XmlValue | undefined };
type XmlValue = string | number | XmlTree | readonly (string | XmlTree)[];

/** Writes ClickHouse's configuration XML; all text is escaped. */
export function toXml(tree: XmlTree, indent = ''): string {
  return Object.entries(tree)
    .flatMap(([tag, value]) => elements(tag, value, indent))
    .join('\n');
}

function elements(tag: string, value: XmlValue | undefined, indent: string): string[] {
  if (value === undefined) return [];
  if (isList(value)) return value.flatMap((entry) => elements(tag, entry, indent));
  if (typeof value === 'object') {
    const inner = toXml(value, `${indent}  `);
    return [inner === '' ? `${indent}<${tag}/>` : `${indent}<${tag}>\n${inner}\n${indent}</${tag}>`];
  }
  return [`${indent}<${tag}>${escapeText(String(value))}</${tag}>`];
}

function isList(value: XmlValue): value is readonly (string | XmlTree)[] {
  return Array.isArray(value);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '&#10;');
}
