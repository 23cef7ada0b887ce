import type { PriceStatus } from './types.ts';

/** Why a line has its status or its price: the closed list, explained for readers in docs/prices.md. */
export const REASONS = {
  missing_model: 'unpriced',
  missing_provider: 'unpriced',
  unknown_provider: 'unpriced',
  unknown_biller: 'unpriced',
  unknown_model: 'unpriced',
  no_price: 'unpriced',
  billed_otherwise: 'unpriced',
  invalid_quantity: 'unpriced',
  no_exchange_rate: 'unpriced',
  similar_model: 'assumed',
  fallback_list: 'assumed',
  provider_from_model: 'assumed',
  unknown_host: 'assumed',
  other_host: 'assumed',
  gateway: 'assumed',
  request_model: 'assumed',
  region_unknown: 'assumed',
  unknown_tier: 'assumed',
  cache_lifetime_unknown: 'assumed',
  rule: 'assumed',
  charged_as: 'assumed',
  contract: 'priced',
  included_in_tool_call: 'included',
} as const satisfies Record<string, PriceStatus>;

type ReasonCode = keyof typeof REASONS;

const MAX_DETAIL_LENGTH = 120;

/** `code: detail`; the detail may come from a span and is cut to a bound. */
export function reason(code: ReasonCode, detail: string): string {
  if (detail === '') return code;
  return `${code}: ${detail.length > MAX_DETAIL_LENGTH ? `${detail.slice(0, MAX_DETAIL_LENGTH)}...` : detail}`;
}

/** Several reasons of one line as one text; '' when there is none. */
export function joinReasons(...reasons: readonly string[]): string {
  return reasons.filter((text) => text !== '').join('; ');
}

/** Whether a text of reasons holds this one. */
export function hasReason(text: string, code: ReasonCode): boolean {
  return text.split('; ').some((part) => part === code || part.startsWith(`${code}:`));
}
