import { ABSENT } from '../decode/attribute-value.ts';
import { hasGenAiKeys, isStreamed } from './gen-ai-call.ts';
import { type GenAiRequest, type GenAiUsage, genAiDialect, readConventionalUsage } from './gen-ai-span.ts';

const ANTHROPIC_SHAPED: ReadonlySet<string> = new Set(['anthropic', 'aws.bedrock']);

/** openlit, JavaScript (1.15) and Python (1.45): the conventions' keys, Anthropic's input without cached tokens. */
export const openlit = genAiDialect({
  name: 'openlit',
  version: 1,
  mayComeFrom: (scopeName) => scopeName.startsWith('openlit.') || scopeName.startsWith('@openlit/'),
  matches: hasGenAiKeys,
  readUsage,
});

/**
 * For a stream whose usage was not asked for openlit writes an estimate of its own into the same keys. What the
 * provider states comes with its count of cached tokens, if only 0; an estimate never does.
 */
function readUsage(request: GenAiRequest): GenAiUsage {
  const read = readConventionalUsage(request);
  const isEstimate =
    request.operation === 'chat' &&
    !ANTHROPIC_SHAPED.has(request.provider) &&
    read.totals.cacheRead === ABSENT &&
    isStreamed(request.attributes);
  return isEstimate
    ? { ...read, how: 'estimate', assumed: 'a stream without stated usage: the tokens are an estimate of openlit' }
    : read;
}
