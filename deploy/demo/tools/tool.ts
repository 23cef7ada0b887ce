/** A tool as models see it (name, description, JSON schema) and as the agent runs it. */
export type Tool = {
  readonly name: string;
  readonly description: string;
  readonly parameters: ToolParameters;
  readonly run: (input: Readonly<Record<string, string>>) => Promise<string>;
};

export type ToolParameters = {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, { readonly type: 'string'; readonly description: string }>>;
  readonly required: readonly string[];
};

/** The schema of a tool that takes one text. */
export function textParameter(name: string, description: string): ToolParameters {
  return { type: 'object', properties: { [name]: { type: 'string', description } }, required: [name] };
}
