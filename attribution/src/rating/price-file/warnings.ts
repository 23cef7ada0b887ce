import { nearestName } from '@spanledger/schemas';
import { withoutSnapshot } from '../model-name.ts';
import type { PriceBook } from '../price-book.ts';
import { type PriceRow, priceRows } from '../price-rows.ts';
import { dayText, spanCovers } from './date-span.ts';
import { type Pattern, patternsOverlap } from './pattern.ts';
import type { FileRule, PriceFile } from './price-file.ts';
import { scopeCovers } from './scope.ts';

/** Something in a file that is right, yet hardly meant. */
export type FileWarning = { readonly place: string; readonly line: number; readonly text: string };

/** Names without price lists of ours under which self-hosted models and gateways come. */
const OTHER_PROVIDERS = ['ollama', 'vllm', 'vercel', 'openrouter', 'github-copilot'];

/** What is probably a mistake: entries that can never apply, unknown names, missing exchange rates. */
export function fileWarnings(file: PriceFile, book: PriceBook, billingCurrency: string): readonly FileWarning[] {
  const rows = [...priceRows(book)];
  const providers = new Set([...book.lists.flatMap((list) => list.names), ...OTHER_PROVIDERS]);
  const warnings = [
    ...file.rules.flatMap((rule) => [
      ...unknownProvider(rule, providers, file.rules),
      ...unknownModel(rule, rows, file.rules),
      ...alreadyPriced(rule, rows, file.rules),
    ]),
    ...missingRates(file, book.currency, billingCurrency),
    ...uselessRates(file, billingCurrency),
  ];
  return warnings.sort((a, b) => a.line - b.line);
}

function* unknownProvider(
  rule: FileRule,
  providers: ReadonlySet<string>,
  rules: readonly FileRule[],
): Generator<FileWarning> {
  const { provider } = rule.scope;
  if (provider === undefined || provider.weight === 0) return;
  if ([...providers].some((name) => provider.matches(name))) return;
  const nearest = nearestName(provider.text, providers);
  if (rule.section === 'models' && nearest === undefined) return;
  if (rule.section === 'compute') return;
  const isOwn = rules.some((other) => other.section === 'models' && other.scope.provider?.text === provider.text);
  if (rule.section !== 'models' && isOwn) return;
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  yield at(rule, `no provider is known as ${provider.text}.${hint} It is fine if your spans state this name.`);
}

/** A contract for a model that nobody lists: a misspelt name would go unnoticed. */
function* unknownModel(rule: FileRule, rows: readonly PriceRow[], rules: readonly FileRule[]): Generator<FileWarning> {
  const { model, provider } = rule.scope;
  if (rule.section !== 'contracts' || model === undefined || model.weight === 0) return;
  const listed = rows.filter((row) => provider === undefined || row.providers.some((name) => provider.matches(name)));
  const names = new Set(listed.map((row) => row.model.toLowerCase()));
  if ([...names].some((name) => matchesModel(model, name))) return;
  const isOwn = rules.some(
    ({ section, scope }) => section === 'models' && scope.model !== undefined && patternsOverlap(scope.model, model),
  );
  if (isOwn) return;
  const nearest = nearestName(model.text, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  const of = provider === undefined ? '' : ` of ${provider.text}`;
  const effect =
    rule.discount === undefined
      ? 'It applies to calls that state exactly this name.'
      : 'A percentage needs a list price, so it never applies.';
  yield at(rule, `no model${of} in the base book or under models is called ${model.text}.${hint} ${effect}`);
}

/** A dated snapshot is known by the name of its model too. */
function matchesModel(model: Pattern, name: string): boolean {
  return model.matches(name) || withoutSnapshot(model.text) === name;
}

/** A provider's fee stands back behind any list price, so one for a meter that all its models have never applies. */
function* alreadyPriced(rule: FileRule, rows: readonly PriceRow[], rules: readonly FileRule[]): Generator<FileWarning> {
  const { provider, model } = rule.scope;
  if (rule.section !== 'provider_fees' || provider === undefined) return;
  const mine = rows.filter(
    (row) =>
      row.providers.some((name) => provider.matches(name)) &&
      (model === undefined || model.matches(row.model.toLowerCase())),
  );
  const models = new Set(mine.map((row) => row.model));
  for (const meter of rule.prices.keys()) {
    const priced = new Set(mine.filter((row) => row.meter === meter && row.variant === '').map((row) => row.model));
    const inBook = models.size > 0 && models.size === priced.size;
    const own = rules.find(
      (other) => other.section === 'models' && other.prices.has(meter) && coversCalls(other, rule),
    );
    if (own !== undefined)
      yield at(rule, `${meter} never applies: ${own.place} (line ${own.line}) prices it for all these calls.`);
    else if (inBook)
      yield at(
        rule,
        `${meter} never applies: the base book has a price of it for each of these models. Use models or contracts.`,
      );
  }
}

function coversCalls(outer: FileRule, inner: FileRule): boolean {
  const isForAnyTier = outer.tier === '' || outer.tier === undefined;
  return isForAnyTier && scopeCovers(outer.scope, inner.scope) && spanCovers(outer.dates, inner.dates);
}

function* missingRates(file: PriceFile, bookCurrency: string, billingCurrency: string): Generator<FileWarning> {
  if (
    !file.rates.some(({ from, to }) => from === bookCurrency && to === billingCurrency) &&
    bookCurrency !== billingCurrency
  )
    yield {
      place: 'exchange_rates',
      line: 1,
      text: `no rate of ${bookCurrency} in ${billingCurrency}: all calls at the base book's prices will be unpriced.`,
    };
  for (const rule of file.rules) {
    if (rule.discount !== undefined || rule.currency === billingCurrency) continue;
    const rates = file.rates.filter(({ from, to }) => from === rule.currency && to === billingCurrency);
    const first = rates.reduce((fromMs, { dates }) => Math.min(fromMs, dates.fromMs), Number.POSITIVE_INFINITY);
    const text = `is in ${rule.currency}, costs are in ${billingCurrency}`;
    if (rates.length === 0)
      yield at(rule, `${text}, and exchange_rates has no such rate: its charges will be unpriced.`);
    // An entry without a first day holds longer than anybody has rates for.
    else if (Number.isFinite(rule.dates.fromMs) && rule.dates.fromMs < first)
      yield at(rule, `${text}; its calls before ${dayText(first)}, the first rate's day, will be unpriced.`);
  }
}

function* uselessRates(file: PriceFile, billingCurrency: string): Generator<FileWarning> {
  for (const { place, line, to } of file.rates)
    if (to !== billingCurrency)
      yield { place, line, text: `never applies: costs are in ${billingCurrency}, not in ${to} (billing.currency).` };
}

function at({ place, line }: FileRule, text: string): FileWarning {
  return { place, line, text };
}
