import type { EmbedTexts } from '../models/openai-embeddings.ts';
import { type Tool, textParameter } from './tool.ts';

const RESULT_COUNT = 2;

const NOTES = [
  'March: late readings up to 48 hours old are merged into the hourly means; the hour is marked as revised.',
  'May: the northern breakwater was silent for nine days; its buffer held everything.',
  'June: late readings older than 48 hours are kept apart and listed for review.',
  'September: the winter grease is in store 3.',
];

/** Finds notes by meaning: the tool call has a model call (embeddings) beneath it. */
export function recallNotesTool(embedTexts: EmbedTexts): Tool {
  return {
    name: 'recall_notes',
    description: "The team's own notes that come closest to a topic.",
    parameters: textParameter('topic', 'What the notes should be about.'),
    run: async ({ topic }) => {
      const [wanted = [], ...notes] = await embedTexts([topic ?? '', ...NOTES]);
      const ranked = NOTES.map((note, index) => ({ note, nearness: dotProduct(wanted, notes[index] ?? []) }));
      ranked.sort((left, right) => right.nearness - left.nearness);
      return JSON.stringify(ranked.slice(0, RESULT_COUNT).map(({ note }) => note));
    },
  };
}

function dotProduct(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
