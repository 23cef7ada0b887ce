import type { Meter } from '@spanledger/schemas';
import { dayText } from './date-span.ts';
import type { FileRule } from './price-file.ts';
import { SCOPE_FIELDS, scopeText } from './scope.ts';

/** Names an entry by what it says of whom, so that it keeps its name when others are added above it. */
export function ruleId({ section, scope, dates, tier }: FileRule): string {
  const from = Number.isFinite(dates.fromMs) ? `@${dayText(dates.fromMs)}` : '';
  const variant = tier === undefined || tier === '' ? '' : `+${tier}`;
  const { provider, model, ...rest } = scope;
  if (section !== 'models') return `file:${section}/${scopeText(scope)}${from}${variant}`;
  const others = SCOPE_FIELDS.some((field) => field in rest) ? `[${scopeText(rest)}]` : '';
  return `file:${provider?.text ?? '*'}/${model?.text ?? '*'}${others}${from}${variant}`;
}

/** `file:vllm/llama-*@2026-01-01/input>200000`: one figure of an entry. */
export function filePriceId(rule: FileRule, meter: Meter, above: number): string {
  return `${ruleId(rule)}/${meter}${above === 0 ? '' : `>${above}`}`;
}
