/** Bodies are read as loosely as a provider's gateway reads them; what is missing reads as undefined. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of five APIs that only this folder reads
export type Json = any;

/** What a scripted model looks at, whatever the API. */
export type Conversation = {
  /** The last text that came from the user. */
  readonly asked: string;
  /** Whether a turn of the model, or the result of a tool, is already part of it. */
  readonly answered: boolean;
  readonly tools: readonly OfferedTool[];
  /** `any`: a tool must be called; a name: this one. */
  readonly toolChoice?: 'any' | { readonly name: string } | undefined;
  /** The JSON schema that the answer's text must follow. */
  readonly schema?: Json;
};

export type OfferedTool = { readonly name: string; readonly schema: Json };

/** Text of a message's content: a string, or parts with `text`. */
export function textOf(content: Json): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Json) => (typeof part?.text === 'string' ? part.text : '')).join(' ');
}
