import { canonicalProvider } from '@spanledger/schemas';
import type { createPriceChooser } from '../choose-price.ts';
import type { RatingRequest } from '../types.ts';
import type { ScopeFacts } from './scope.ts';

type Choice = ReturnType<ReturnType<typeof createPriceChooser>>;

/**
 * The names under which the file's rules know a call. The provider is who bills by the base book where the span names another or none;
 * the model is also known by the base book's name, so that a contract for `gpt-5` holds for its dated snapshots.
 */
export function callNames(request: RatingRequest, choice: Choice): ScopeFacts {
  const models = named(request.responseModel, request.requestModel).map(lower);
  const listed = 'model' in choice ? [lower(choice.model.id)] : [];
  return {
    project: named(request.project),
    team: named(request.team),
    tool: named(request.toolName),
    operation: named(lower(request.operation)),
    host: named(lower(request.serverAddress)),
    model: distinct([...models, ...listed]),
    provider: billersOf(canonicalProvider(request.provider), choice),
    kind: models,
    region: named(lower(request.region)),
  };
}

/** One list may bill under several names (Gemini and Vertex): the span's own then tells which. */
function billersOf(stated: string, choice: Choice): readonly string[] {
  if (!('model' in choice) || !choice.ownList || choice.list.names.includes(stated)) return named(stated);
  return choice.list.names;
}

/** As a fee per call sees it: a tool call has its tool's name and nothing else, an API call its host and operation. */
export function feeNames(names: ScopeFacts, role: RatingRequest['role']): ScopeFacts {
  return role === 'tool_call' ? { ...names, host: [], operation: [] } : { ...names, tool: [] };
}

function named(...names: readonly string[]): readonly string[] {
  return distinct(names.filter((name) => name !== ''));
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function lower(name: string): string {
  return name.toLowerCase();
}
