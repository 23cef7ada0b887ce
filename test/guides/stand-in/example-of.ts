import type { Json } from './conversation.ts';

/** The smallest value that a JSON schema accepts, in the spellings of all providers. */
export function exampleOf(schema: Json, root: Json = schema): Json {
  if (schema?.$ref !== undefined) return exampleOf(atPointer(root, schema.$ref), root);
  if (schema?.const !== undefined) return schema.const;
  if (Array.isArray(schema?.enum)) return schema.enum[0];
  const alternatives = schema?.anyOf ?? schema?.oneOf;
  if (alternatives !== undefined)
    return exampleOf(
      alternatives.find((one: Json) => one.type !== 'null'),
      root,
    );
  const type = Array.isArray(schema?.type) ? schema.type[0] : schema?.type;
  return exampleOfType(String(type ?? 'object').toLowerCase(), schema, root);
}

function exampleOfType(type: string, schema: Json, root: Json): Json {
  if (type === 'string') return 'Paris';
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'array') return [exampleOf(schema.items ?? {}, root)];
  if (type === 'null') return null;
  const names: string[] = schema?.required ?? [];
  return Object.fromEntries(names.map((name) => [name, exampleOf(schema.properties?.[name], root)]));
}

function atPointer(root: Json, pointer: string): Json {
  return pointer
    .split('/')
    .slice(1)
    .reduce((value, key) => value?.[key], root);
}
