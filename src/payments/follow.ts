/** @module The worker's part: payments that are open, not told, without receipt or under refund are followed until nothing is left to do. */
import type { PaymentProvider } from '../capabilities/payments.ts';
import type { Heard, PollerOptions } from '../connector/poller.ts';
import { Poller } from '../connector/poller.ts';
import { DAY, MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { askAbout } from './ask.ts';
import { change } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { isOpen, isPaid, withReceipt } from './lifecycle.ts';
import { askAboutRefund } from './refund.ts';
import { refundsOf } from './refund-store.ts';
import { claimDue, findPayment, type PaymentRecord, scheduleNext } from './store.ts';
import { tell, untold } from './tell.ts';

/** How long one round may hold a payment: longer than its questions take. */
const CLAIMED_FOR = 2 * MINUTE;
const LONGEST_PAUSE = 60 * MINUTE;
/** What still lacks something after so long is the match's to name; a notice or a file makes it due again. */
const FOLLOWED_FOR = 30 * DAY;
const BATCH = 8;

interface Due extends PaymentRecord {
  readonly claimedUntil: number;
}

/** One follower for each platform. */
export function paymentFollowers(deps: PaymentsDeps, everyMs = 1 * SECOND): WorkerPart[] {
  return [...deps.providers].map(([name, provider]) => new Poller(followerOptions(deps, name, provider, everyMs)));
}

function followerOptions(
  deps: PaymentsDeps,
  name: string,
  provider: PaymentProvider,
  everyMs: number,
): PollerOptions<Due> {
  const { pool, now, log, settings } = deps;
  return {
    name,
    batch: BATCH,
    minMs: settings.askAfterMs,
    maxMs: Math.max(LONGEST_PAUSE, settings.askAfterMs),
    everyMs,
    afterFailureMs: settings.askAfterMs,
    async claim(limit) {
      const claimedUntil = now() + CLAIMED_FOR;
      const due = await claimDue(pool, name, { now: now(), until: claimedUntil, limit });
      return due.map((record) => ({ ...record, claimedUntil }));
    },
    ask: (items) => Promise.all(items.map((item) => follow(deps, provider, item))),
    settle: (items, nexts) =>
      scheduleNext(
        pool,
        items.map(({ id, claimedUntil }, i) => {
          const { inMs, intervalMs } = nexts[i]!;
          return { id, claimedUntil, nextAt: inMs === null ? null : now() + inMs, intervalMs: Math.round(intervalMs) };
        }),
      ),
    log,
    now,
  };
}

/** Does what is due for one payment: the dossier first, which needs no platform. */
export async function follow(deps: PaymentsDeps, provider: PaymentProvider, due: PaymentRecord): Promise<Heard> {
  let record = await tell(deps, due);
  if (isToBeAsked(record)) record = await tell(deps, await askAbout(deps, provider, record));
  const refunds = await refundsOf(deps.pool, [record.id]);
  for (const refund of refunds)
    if (refund.state !== 'refunded' && refund.state !== 'refused') await askAboutRefund(deps, refund);
  if (refunds.length > 0) record = (await findPayment(deps.pool, record.id))!;
  if (isPaid(record.payment) && record.payment.receipt === 'none') record = await fetchBill(deps, provider, record);
  if (record.toldAt !== null && record.portalShows !== true) record = await seeAtPortal(deps, record);
  if (isDone(deps, record)) return 'ended';
  return isSame(record, due) ? 'nothing-new' : 'news';
}

/** Undecided, or decided without the platform having been asked; where the bank has the money, until the platform says so, too. */
export function isToBeAsked({ payment }: PaymentRecord): boolean {
  if (isOpen(payment) || payment.state === 'debited-failed') return true;
  return isPaid(payment) && payment.asked?.status !== 'paid';
}

/** Where the receipt lies, once the platform has it. @throws UpstreamError */
export async function fetchBill(
  { pool, now }: PaymentsDeps,
  provider: PaymentProvider,
  record: PaymentRecord,
  signal?: AbortSignal,
): Promise<PaymentRecord> {
  const { reference, payment } = record;
  const billUrl = await provider.bill({ reference, askedAt: payment.askedAt }, signal);
  if (billUrl === null) return record;
  return change(pool, record.id, now(), { kind: 'receipt-issued' }, (one) => ({
    ...one,
    billUrl,
    payment: withReceipt(one.payment),
  }));
}

/** Looks at what the portal shows of the dossier; a portal that can't be asked says nothing. */
async function seeAtPortal({ portal, pool, now, log }: PaymentsDeps, record: PaymentRecord): Promise<PaymentRecord> {
  if (portal === null) return record;
  try {
    const view = await portal.read(record.dossierCode);
    const shows = view?.isPaidOnline ?? false;
    const isNews = shows !== record.portalShows;
    return await change(pool, record.id, now(), isNews ? { kind: 'portal-seen', details: { shows } } : null, (one) => ({
      ...one,
      portalShows: shows,
      portalSeenAt: now(),
    }));
  } catch (error) {
    log.debug({ err: error, payment: record.id }, 'the portal could not be asked about a payment');
    return record;
  }
}

function isDone({ portal, now }: PaymentsDeps, record: PaymentRecord): boolean {
  const { payment } = record;
  if (now() > record.createdAt + FOLLOWED_FOR && !isOpen(payment) && payment.state !== 'refund-requested') return true;
  if (isToBeAsked(record) || untold(record) !== null || payment.state === 'refund-requested') return false;
  if (payment.debits.some(({ refund }) => refund === 'requested' || refund === 'unknown')) return false;
  if (!isPaid(payment)) return true;
  return payment.receipt !== 'none' && (portal === null || record.toldAt === null || record.portalShows === true);
}

const isSame = (a: PaymentRecord, b: PaymentRecord): boolean =>
  a.payment.state === b.payment.state &&
  a.payment.receipt === b.payment.receipt &&
  a.toldAt === b.toldAt &&
  a.takenBackAt === b.takenBackAt &&
  a.portalShows === b.portalShows;
