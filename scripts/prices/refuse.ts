/** What a data file says and the book cannot: the import stops, so that no price is lost silently. */
export class NotExpressible extends Error {
  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'NotExpressible';
  }
}

/** Fields that the importer does not know may hold prices. */
export function refuseUnknownFields(where: string, object: object, known: ReadonlySet<string>): void {
  const unknown = Object.keys(object).filter((field) => !known.has(field));
  if (unknown.length > 0) throw new NotExpressible(where, `unknown field "${unknown.join('", "')}"`);
}

export function refuseRepeated(where: string, what: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new NotExpressible(where, `${what} "${repeated}" stands there twice`);
}
