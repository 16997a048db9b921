/** @module What people at the tax authority do: give out notices, pass on payments, also with the mistakes that are seen. */
import { z } from 'zod';
import { oneOf, optionalNumber, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { inventCompany, inventPerson } from '../people.ts';
import { seededRandom, seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { toCompact } from '../times.ts';
import { type Envelope, type Line, noticeMessage, toDashedDay, voucherMessage } from './messages.ts';
import type { NoticeEntry, Notices } from './notices.ts';

const USUAL_AMOUNT = 1_500_000;

/** Further lines of a notice message, with texts as they are to stand in it. */
const rows = z.array(
  z.strictObject({
    dossier: z.string(),
    notice: z.string().optional(),
    date: z.string().optional(),
    amount: z.string().optional(),
    name: z.string().optional(),
  }),
);

export interface Done {
  readonly dossier: string;
  readonly operation: 'notice' | 'voucher';
  readonly body: object;
  /** What it changes here: only what is right. */
  readonly entries: readonly NoticeEntry[];
}

/** @param now what the system's clock shows when the act names no time */
export function perform(act: Act, notices: Notices, now: number, securityKey: string): Done {
  const name = oneOf(requiredText(act, 'act'), 'act', ['send-notice', 'send-voucher']);
  const dossier = requiredText(act, 'dossier');
  const at = optionalTime(act, 'at') ?? now;
  const envelope: Envelope = { securityKey, at, isUpdating: act.updating === true };
  return name === 'send-notice'
    ? sendNotice(act, dossier, at, envelope)
    : sendVoucher(act, dossier, at, envelope, notices);
}

function sendNotice(act: Act, dossier: string, at: number, envelope: Envelope): Done {
  const number = optionalText(act, 'noticeNumber') ?? `TB-${seedOf(`${dossier} ${at}`) % 1_000_000}`;
  const amount = optionalNumber(act, 'amount') ?? USUAL_AMOUNT;
  const lineOf = (of: string, notice: string): Line => ({
    dossier: of,
    taxCode: taxCodeOf(of),
    notice,
    date: toDashedDay(at),
    name: 'Lệ phí trước bạ nhà đất',
    amount: String(amount),
  });
  const more = rows.safeParse(act.rows ?? []);
  if (!more.success) throw new ActRefused(400, '"rows" must be a list of { dossier, notice, date, amount, name }');
  const lines = more.data.map(({ dossier: of, ...texts }, i) => ({ ...lineOf(of, `${number}-${i + 2}`), ...texts }));
  const notice = { dossier, number, taxCode: taxCodeOf(dossier), amount };
  return {
    dossier,
    operation: 'notice',
    body: noticeMessage([lineOf(dossier, number), ...lines], envelope),
    entries: [{ kind: 'notice', at, notice }],
  };
}

/** `amount` and `paidAt` may be texts that nobody can read. */
function sendVoucher(act: Act, dossier: string, at: number, envelope: Envelope, notices: Notices): Done {
  const known = notices.find(dossier, optionalText(act, 'noticeNumber'));
  const notice = optionalText(act, 'noticeNumber') ?? known?.notice.number;
  if (notice === undefined) throw new ActRefused(409, `${dossier} has no notice on which anything is owed`);
  const amount =
    typeof act.amount === 'string' ? act.amount : (optionalNumber(act, 'amount') ?? known?.owed ?? USUAL_AMOUNT);
  const { name, personalId, address } = inventPerson(seededRandom(seedOf(dossier)));
  const voucher = {
    dossier,
    taxCode: known?.notice.taxCode ?? taxCodeOf(dossier),
    notice,
    amount,
    paidAt: optionalText(act, 'paidAt') ?? toCompact(at),
    payer: { name, personalId, address },
  };
  return {
    dossier,
    operation: 'voucher',
    body: voucherMessage(voucher, envelope),
    entries: typeof amount === 'number' ? [{ kind: 'paid', at, number: notice, amount }] : [],
  };
}

const taxCodeOf = (dossier: string): string => inventCompany(seededRandom(seedOf(dossier))).enterpriseCode;
