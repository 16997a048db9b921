/** @module What the match of payments finds amiss is a difference with an owner and a life. */
import { beforeEach, expect, it } from 'vitest';
import { noteDifferences, PAYMENTS } from '../../src/payments/differences.ts';
import { takeNotices } from '../../src/payments/hear.ts';
import { takeSettlement } from '../../src/payments/settlement.ts';
import { KINDS } from '../../src/reconciliation/kinds.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { PORTAL, silent } from '../support/timeline.ts';
import { CODE, type Desk, fileOf, NAME, notice, openDesk, raw, settledLine } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  await desk.timeline.pool.query('truncate difference cascade');
});

const match = () =>
  noteDifferences({
    db: desk.timeline.pool,
    calendarOf: (code) => desk.timeline.catalogue.calendarOf(code),
    providers: [NAME],
    destination: PORTAL,
    agencies: () => {
      const today = desk.timeline.catalogue.agencies.asOf(desk.now);
      return { all: today.codesUnder(['H15']), standsFor: (code) => today.standsFor(code) };
    },
    log: silent,
    now: () => desk.now,
  });
/** But for receipts, which nobody issues here. */
const differences = () =>
  desk.timeline.rows<{ kind: keyof typeof KINDS; code: string; state: string; ours: object }>(
    `select kind, dossier_code as code, state, ours from difference where destination = '${PAYMENTS}' and kind <> 'payment-receipt-missing' order by id`,
  );
const take = (...items: Parameters<typeof fileOf>) =>
  takeSettlement(desk.deps, { provider: NAME, file: fileOf(...items), uploadedBy: 'operator' });

it('found by one match, confirmed by the next, over when it is seen no more', async () => {
  const payment = await desk.ask();
  await takeNotices(desk.deps, [notice(payment.reference)], raw);
  await match();
  expect(await differences()).toEqual([]);

  // Long past T+2, and the bank has settled nothing.
  desk.now += 10 * DAY;
  await match();
  expect(await differences()).toMatchObject([
    {
      kind: 'payment-not-settled',
      code: CODE,
      state: 'found',
      ours: { references: payment.reference, amount: 50_000 },
    },
  ]);
  desk.now += HOUR;
  await match();
  expect(await differences()).toMatchObject([{ state: 'confirmed' }]);
  expect(KINDS['payment-not-settled'].owner).toBe('bank');

  await take(settledLine(1, payment.reference));
  desk.now += HOUR;
  await match();
  expect(await differences()).toMatchObject([{ kind: 'payment-not-settled', state: 'repaired' }]);
});

it('also where nobody here knows the payment: it stands under its reference', async () => {
  await take(settledLine(1, 'LT-NOBODY'));
  desk.now += HOUR;
  await match();
  desk.now += HOUR;
  await match();
  expect(await differences()).toMatchObject([
    { kind: 'payment-settled-unknown-to-us', code: 'LT-NOBODY', state: 'confirmed' },
  ]);
});
