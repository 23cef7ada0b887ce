import type { Untold } from './guide.ts';
import type { TrueCall } from './stand-in/answered-call.ts';

type Usage = Readonly<Record<string, number>>;

const CACHED = ['cache_read', 'cache_write_5m', 'cache_write_1h'];
/** Of `message_start`, in the stand-in. */
const PLACEHOLDER_OUTPUT_TOKENS = 2;

/** A call as the ledger must have it: its meters as text, `no_usage`, or undefined where no span tells of it. */
export function expectedCall(call: TrueCall, cannotTell: readonly Untold[]): string | undefined {
  const untold = (...words: Untold[]) => words.some((word) => cannotTell.includes(word));
  const isChat = call.api === 'chat.completions';
  const ofStream = (word: Untold) => call.streamed && untold(word);
  if (call.api === 'embeddings' && untold('embeddings')) return undefined;
  if (call.api === 'embeddings' && untold('usage of embeddings')) return 'no_usage';
  if (isChat && ofStream('usage of chat streams')) return 'no_usage';
  if (call.api === 'converse' && untold('usage of Converse')) return 'no_usage';
  if (ofStream('usage of streams')) return 'no_usage';
  let usage: Usage = { ...call.usage };
  const isConverse = call.api === 'converse';
  if (untold('cached tokens at all') || (isConverse && ofStream('cached tokens of Converse streams')))
    usage = folded(usage, CACHED, undefined);
  if (untold('cached tokens')) usage = folded(usage, CACHED, 'input');
  if (untold('cache lifetimes') || ofStream('cache lifetimes of streams'))
    usage = folded(usage, ['cache_write_5m', 'cache_write_1h'], 'cache_write');
  if (untold('reasoning') || (isChat && (untold('reasoning of chat') || ofStream('reasoning of chat streams'))))
    usage = folded(usage, ['reasoning'], 'output');
  if (untold('web searches') || ofStream('web searches of streams')) usage = folded(usage, ['web_search'], undefined);
  if (call.provider === 'anthropic' && ofStream('exact output of Anthropic streams'))
    usage = { ...usage, output: (usage['output'] ?? 0) + PLACEHOLDER_OUTPUT_TOKENS };
  return usageText(usage);
}

export function usageText(usage: Usage): string {
  const meters = Object.entries(usage).filter(([, quantity]) => quantity !== 0);
  return meters
    .map(([meter, quantity]) => `${meter}=${quantity}`)
    .sort()
    .join(' ');
}

/** The usage with some meters counted under another, or under none. */
function folded(usage: Usage, from: readonly string[], into: string | undefined): Usage {
  const sum = from.reduce((total, meter) => total + (usage[meter] ?? 0), 0);
  const rest = Object.fromEntries(Object.entries(usage).filter(([meter]) => !from.includes(meter)));
  return into === undefined ? rest : { ...rest, [into]: (rest[into] ?? 0) + sum };
}
