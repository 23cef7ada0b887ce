import type { Warehouse } from '@spanledger/warehouse';
import { attributionError } from '../errors.ts';

/** What costs are in where nothing has been set. */
const FIRST_CURRENCY = 'USD';

/**
 * Sets the currency of all costs. Throws SPL_BILLING_CURRENCY_CHANGED where the ledger already holds charges in another
 * one: costs of two currencies cannot be summed, and nothing converts them.
 */
export async function settleBillingCurrency(warehouse: Warehouse, currency: string, nowMs: number): Promise<void> {
  const [known] = await warehouse.queryRows<{ billing_currency: string }>(
    'SELECT billing_currency FROM spanledger_store.billing ORDER BY set_at DESC LIMIT 1',
  );
  const current = known?.billing_currency ?? FIRST_CURRENCY;
  if (current === currency) return;
  const charges = await warehouse.queryRows('SELECT 1 FROM spanledger.charges LIMIT 1');
  if (charges.length > 0) {
    const text = `billing.currency is ${currency}, but this ledger holds charges in ${current}. Set it back to ${current}, or use another data folder for ${currency}.`;
    throw attributionError('SPL_BILLING_CURRENCY_CHANGED', text);
  }
  await warehouse.insertBytes(
    'INSERT INTO spanledger_store.billing FORMAT JSONEachRow',
    Buffer.from(JSON.stringify({ billing_currency: currency, set_at: new Date(nowMs).toISOString().slice(0, -1) })),
  );
}
