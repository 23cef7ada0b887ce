import { readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { openPrices } from '../prices/open-prices.ts';
import { counted } from '../text/figures.ts';

export type PricesCheckOptions = { readonly config?: string };

/** `prices check <file>`: every problem of a price file at once, and what is hardly meant; throws when there are problems. */
export async function pricesCheck(path: string, options: PricesCheckOptions, context: CommandContext): Promise<void> {
  const config = readConfig({ ...options, pricesFile: path }, context.environment);
  const { file, warnings, billingCurrency } = openPrices(config);
  const rules = counted(file?.rules.length ?? 0, 'entry').replace('entrys', 'entries');
  const rates = counted(file?.rates.length ?? 0, 'exchange rate');
  for (const warning of warnings) context.out(`warning: ${warning}\n`);
  context.out(
    `${path} is right: ${rules}, ${rates}, ${counted(warnings.length, 'warning')}. Costs are in ${billingCurrency}.\n`,
  );
}
