import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readChargebackGroups } from '../../src/queries/chargeback-groups.ts';
import { parseBillingPeriod } from '../../src/time/billing-period.ts';
import { insert, SMALL_LEDGER, startLedger, type TestLedger } from '../support/ledger.ts';

describe('x', () => {
  let ledger: TestLedger;
  before(async () => {
    ledger = await startLedger();
    await insert(ledger.warehouse, 'ledger', SMALL_LEDGER);
  });
  after(() => ledger.close());
  it('groups', async () => {
    const period = parseBillingPeriod('2026-11');
    assert.ok(period);
    console.log(JSON.stringify(await readChargebackGroups(ledger.reader, { period, by: ['team', 'model'] }), null, 1));
    console.log(JSON.stringify(await readChargebackGroups(ledger.reader, { period, by: ['team'], tenant: 'nobody' })));
    const { listUnpriced } = await import('../../src/queries/list-unpriced.ts');
    const { listSuppressed } = await import('../../src/queries/list-suppressed.ts');
    const { readTrail } = await import('../../src/queries/read-trail.ts');
    const { buildTrail } = await import('../../src/trail/build-trail.ts');
    const since = new Date(0);
    console.log(await listUnpriced(ledger.reader, { since, limit: 10 }));
    console.log(await listSuppressed(ledger.reader, { since, limit: 10 }));
    const t = await readTrail(ledger.reader, { sessionId: 's-1', tenant: 'default' });
    console.dir(buildTrail(t.spans, t.entries), { depth: 6 });
  });
});
