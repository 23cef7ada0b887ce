const CHUNK_CHARACTERS = 48;

/** Cuts a text as a streaming API does: several small pieces, none for an empty text. */
export function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length; start += CHUNK_CHARACTERS) {
    chunks.push(text.slice(start, start + CHUNK_CHARACTERS));
  }
  return chunks;
}
