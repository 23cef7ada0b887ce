/** Tokens that a part of a prompt takes besides its text: role and delimiters. */
const TOKENS_PER_PART = 4;

/** Tokens of a text: four bytes each, which is what English comes to on the real tokenizers. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** Tokens of one prompt part whose content is any JSON value. */
export function countPartTokens(content: unknown): number {
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? '');
  return TOKENS_PER_PART + countTokens(text);
}

export function sumTokens(parts: readonly { readonly tokens: number }[]): number {
  return parts.reduce((sum, part) => sum + part.tokens, 0);
}
