import { allPriceRows, explainPrice, type RatingRequest } from '@spanledger/attribution';
import { METERS, type Meter, parseScaled, QUANTITY_ONE, QUANTITY_SCALE } from '@spanledger/schemas';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { explanationText } from '../prices/explanation-text.ts';
import { openPrices } from '../prices/open-prices.ts';
import { dayOf } from '../prices/price-day.ts';
import { badArgument } from './ask.ts';

export type PricesExplainOptions = ConfigOptions & {
  readonly provider?: string;
  readonly host?: string;
  readonly team?: string;
  readonly project?: string;
  readonly tool?: string;
  readonly tier?: string;
  readonly region?: string;
  readonly at?: string;
} & Readonly<Record<string, string | undefined>>;

/** Meters of model calls: what `prices explain` can be asked about. */
export const EXPLAINED_METERS = (Object.keys(METERS) as Meter[]).filter(
  (meter) => meter !== 'unknown' && meter !== 'api_call' && METERS[meter].category !== 'compute',
);

/** `prices explain <model>`: which list price and which entry of the price file a call gets, and why no other. */
export async function pricesExplain(
  model: string,
  options: PricesExplainOptions,
  context: CommandContext,
): Promise<void> {
  const asked = quantitiesOf(options);
  const request = { ...callOf(model, options), startMs: dayOf(options.at, context), meters: asked };
  const prices = openPrices(readConfig(options, context.environment));
  // Without quantities one unit of each meter is asked for, and shown where it has a price of its own.
  const one = EXPLAINED_METERS.map((meter) => ({ meter, quantityNano: QUANTITY_ONE }));
  const isPriced = asked.length > 0;
  const explanation = explainPrice(prices, isPriced ? request : { ...request, meters: one });
  const rows = [...allPriceRows(prices.book, prices.file)];
  context.out(explanationText({ model, request, explanation, rows, prices, isPriced }));
}

function callOf(model: string, options: PricesExplainOptions): Omit<RatingRequest, 'startMs' | 'meters'> {
  return {
    provider: options.provider ?? '',
    requestModel: model,
    responseModel: '',
    operation: '',
    serviceTier: options.tier ?? '',
    region: options.region ?? '',
    serverAddress: options.host ?? '',
    role: 'model_request',
    project: options.project ?? '',
    team: options.team ?? '',
    toolName: options.tool ?? '',
  };
}

function quantitiesOf(options: PricesExplainOptions) {
  return EXPLAINED_METERS.flatMap((meter) => {
    const text = options[optionName(meter)];
    if (text === undefined) return [];
    const quantityNano = parseScaled(text, QUANTITY_SCALE);
    if (quantityNano === undefined || quantityNano < 0n)
      throw badArgument(`--${meter.replaceAll('_', '-')}`, 'a quantity such as 1000', text);
    return [{ meter, quantityNano }];
  });
}

/** As the command line parser gives it: `--cache-write-5m` is `cacheWrite5m`. */
function optionName(meter: Meter): string {
  return meter.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
