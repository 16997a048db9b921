/** @module The national payment platform: takes orders, lets people pay them at a page, tells the province, closes its days. */
import { createHash, randomBytes } from 'node:crypto';
import { oneOf, optionalNumber, optionalText, requiredText } from '../act-input.ts';
import type { Bend } from '../faults.ts';
import {
  type Act,
  ActRefused,
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type Simulator,
  type SimulatorsOptions,
  type System,
} from '../simulator.ts';
import { parseCompact, toCompact } from '../times.ts';
import { DEFAULT_ACCOUNT } from '../tokens.ts';
import { ACTS, givenBack, perform } from './acts.ts';
import { amountOf, CODE, complaintOf, type Message, type Request } from './messages.ts';
import { type Heard, type Order, Orders, type PlatformEntry, type Transaction } from './orders.ts';
import { noPage, PAGE_ACTS, pageOf } from './page.ts';
import { repliesTo } from './replies.ts';
import { DEFAULT_SETTINGS, type PlatformSettings, settingsFaults, settingsSchema } from './settings.ts';
import { fileOf, lineOf, unsettled } from './settlement.ts';

const SERVICES: Readonly<Record<string, Request>> = {
  '/init': 'INIT',
  '/query': 'QUERY',
  '/bill': 'GET_BILL',
  '/refund': 'REFUND',
};
const WRITES: ReadonlySet<string> = new Set(['INIT', 'REFUND']);
const PREFIX = '/payment-platform';

export const paymentPlatform: System = { id: 'payment-platform', build };

function build(host: Host, options: SimulatorsOptions): Simulator<PlatformEntry> {
  const orders = new Orders();
  let settings: PlatformSettings = DEFAULT_SETTINGS;
  const partner = options.accounts?.['payment-platform'] ?? DEFAULT_ACCOUNT;
  const webhook = options.webhooks?.['payment-platform'];

  const service = (call: Call): string => (call.method === 'POST' ? (SERVICES[call.path] ?? 'unknown') : 'unknown');
  const newTransactionId = (): string => `PP${randomBytes(6).toString('hex').toUpperCase()}`;
  const reply = repliesTo(partner);
  const keep = (entry: PlatformEntry): void => host.keep(entry);
  const keepOrder = (order: Order, heard: Heard | null = null): void =>
    keep({ kind: 'order', at: host.now(), order, heard });

  function init(call: Call, message: Message, drops: () => boolean): Answer {
    const reference = String(message.MaThamChieu);
    const receipt = message.ThongTinBienLai as Message;
    const known = orders.get(reference);
    const page = (order: Order): Answer =>
      reply.init(CODE.done, { UrlThanhToan: `http://${call.headers.host}${PREFIX}/_pay?token=${order.token}` });
    if (known) {
      const isSame = known.amount === amountOf(message.SoTien) && known.askedAt === message.ThoiGianGD;
      if (!settings.repeatsInit || !isSame) return reply.init(CODE.taken, 'Trùng mã tham chiếu');
      keepOrder(known, { service: 'INIT', effect: false });
      return page(known);
    }
    const order: Order = {
      reference,
      kind: 'pay',
      of: null,
      dossier: String(receipt.MaHoSo),
      unit: String(receipt.MaDonVi),
      amount: amountOf(message.SoTien)!,
      askedAt: String(message.ThoiGianGD),
      information: String(message.ThongTinGiaoDich),
      token: tokenOf(reference, partner.secret),
      status: '2',
      shown: null,
      hasBill: settings.billsAtOnce,
      transactions: [],
    };
    if (!drops()) keepOrder(order, { service: 'INIT', effect: true });
    return page(order);
  }

  function refund(message: Message, drops: () => boolean): Answer {
    const reference = String(message.MaThamChieu);
    const known = orders.get(reference);
    if (known) {
      keepOrder(known, { service: 'REFUND', effect: false });
      return reply.told('REFUND', message, known, CODE.done);
    }
    const of = orders.get(String(message.MaThamChieuGoc));
    const payment = of?.transactions.find(({ id, kind }) => id === message.MaGiaoDich && kind === 'pay');
    if (!of || !payment) return reply.told('REFUND', message, undefined, CODE.absent, 'Không tìm thấy giao dịch gốc');
    if (payment.amount !== amountOf(message.SoTien))
      return reply.told('REFUND', message, undefined, CODE.refused, 'Chỉ hoàn toàn bộ số tiền của giao dịch');
    const isBack = orders.refundsOf(of.reference).some(({ information }) => information === payment.id);
    if (isBack) return reply.told('REFUND', message, undefined, CODE.refused, 'Giao dịch đã được hoàn tiền');
    const asked: Order = {
      reference,
      kind: 'refund',
      of: of.reference,
      dossier: of.dossier,
      unit: of.unit,
      amount: payment.amount,
      askedAt: String(message.ThoiGianGD),
      information: payment.id,
      token: tokenOf(reference, partner.secret),
      status: '3',
      shown: null,
      hasBill: false,
      transactions: [],
    };
    const order = settings.refundsAtOnce ? givenBack(asked, host.now(), newTransactionId) : asked;
    if (!drops()) keepOrder(order, { service: 'REFUND', effect: true });
    return reply.told('REFUND', message, order, CODE.done);
  }

  function bill(call: Call, message: Message, then: number): Answer {
    const order = orders.asOf(String(message.MaThamChieu), then);
    if (!order) return reply.bill(CODE.absent, 'Không tìm thấy giao dịch');
    if (order.status !== '1' || !order.hasBill) return reply.bill(CODE.notYet, 'Chưa có biên lai');
    return reply.bill(CODE.done, '', `http://${call.headers.host}${PREFIX}/_bill?token=${order.token}`);
  }

  function answer(call: Call, bend: Bend): Answer {
    const name = service(call) as Request | 'unknown';
    if (name === 'unknown') return jsonAnswer({ MaLoi: CODE.content, MoTaLoi: 'Đường dẫn không tồn tại' }, 404, true);
    const message = call.json();
    const complaint = complaintOf(name, message, partner, host.wireNow());
    if (complaint)
      return name === 'INIT'
        ? reply.init(complaint.code, complaint.message)
        : jsonAnswer({ MaLoi: complaint.code, MoTaLoi: complaint.message }, 200, true);
    const asked = message as Message;
    if (name === 'INIT') return init(call, asked, () => bend.drops());
    if (name === 'REFUND') return refund(asked, () => bend.drops());
    const then = host.now() - bend.staleness();
    if (name === 'GET_BILL') return bill(call, asked, then);
    const order = orders.asOf(String(asked.MaThamChieu), then);
    // The transaction is known by its reference and its own time: one that the caller writes otherwise is another's.
    return order && order.askedAt === asked.ThoiGianGD
      ? reply.told(name, asked, order, CODE.done)
      : reply.told(name, asked, undefined, CODE.absent, 'Không tìm thấy giao dịch');
  }

  async function actOnOrder(act: Act): Promise<object> {
    const done = perform(act, { orders, now: host.now(), newTransactionId });
    const { order, told: transaction = order.shown } = done;
    if (done.forgotten) keep({ kind: 'forgotten', at: host.now(), reference: order.reference });
    else keepOrder(order);
    const about = { reference: order.reference, status: order.status };
    if (done.notice === null) return { ...about, pushed: false, answer: null };
    const pushed = await host.push({
      dossier: order.dossier,
      operation: 'confirm',
      body: reply.notice(order, done.notice, transaction, toCompact(host.wireNow())),
    });
    return { ...about, ...pushed };
  }

  function settle(act: Act): object {
    const date = optionalText(act, 'date') ?? toCompact(host.now()).slice(0, 8);
    if (parseCompact(`${date}000000`) === null) throw new ActRefused(400, '"date" must be yyyyMMdd');
    const lines: string[] = [];
    for (const { order, transaction } of [...unsettled(orders)]) {
      lines.push(lineOf(order, transaction, date));
      const current = orders.get(order.reference)!;
      const transactions = current.transactions.map((one) =>
        one.id === transaction.id ? { ...one, settledOn: date } : one,
      );
      keepOrder({ ...current, transactions });
    }
    keep({ kind: 'day', at: host.now(), date, lines });
    return { date, lines: lines.length, path: `${PREFIX}/_settlement?date=${date}` };
  }

  /** Money that the province never asked for stands on the day's file. */
  function inventSettlement(act: Act): object {
    const at = host.now();
    const date = optionalText(act, 'date') ?? toCompact(at).slice(0, 8);
    const reference = optionalText(act, 'reference') ?? `LA${randomBytes(5).toString('hex').toUpperCase()}`;
    const amount = optionalNumber(act, 'amount') ?? 50_000;
    const transaction: Transaction = { id: newTransactionId(), kind: 'pay', amount, bank: 'BIDV', at, settledOn: date };
    const line = lineOf({ reference, unit: optionalText(act, 'unit') ?? 'H15' }, transaction, date);
    keep({ kind: 'day', at, date, lines: [line] });
    return { date, reference, path: `${PREFIX}/_settlement?date=${date}` };
  }

  return {
    service,
    writes: (call) => WRITES.has(service(call)),
    answer,
    beside(call) {
      const token = call.query.get('token') ?? '';
      if (call.path === '/_pay') {
        const order = orders.ofPage(token);
        if (!order) return noPage();
        const chosen = call.method === 'POST' ? new URLSearchParams(call.body).get('act') : null;
        if (chosen === null || !PAGE_ACTS.includes(chosen) || order.status !== '2') return pageOf(order);
        void actOnOrder({ act: chosen, reference: order.reference });
        return pageOf(orders.get(order.reference)!);
      }
      if (call.path === '/_bill') {
        const order = orders.ofPage(token);
        return order ? pageOf(order) : noPage();
      }
      if (call.path !== '/_settlement') return null;
      const lines = orders.day(call.query.get('date') ?? '');
      return lines
        ? { status: 200, contentType: 'text/csv; charset=utf-8', body: fileOf(lines) }
        : jsonAnswer({ message: 'that day was not settled' }, 404);
    },
    apply(entry) {
      if (entry.kind === 'settings') {
        settings = { ...settings, ...settingsSchema.parse(entry.settings) } as PlatformSettings;
        return;
      }
      orders.apply(entry);
      if (entry.kind !== 'order' || entry.heard === null) return;
      const { order, heard } = entry;
      host.witness({
        at: entry.at,
        dossier: order.dossier,
        service: heard.service,
        status: order.status,
        occurredAt: parseCompact(order.askedAt),
        appointmentAt: null,
        effect: heard.effect,
      });
    },
    act(act) {
      const name = oneOf(requiredText(act, 'act'), 'act', ACTS);
      if (name === 'settle') return settle(act);
      return name === 'invent-settlement' ? inventSettlement(act) : actOnOrder(act);
    },
    settings: { current: () => ({ ...settings }), faults: settingsFaults },
    ...(webhook && {
      pushRule: {
        address: () => ({ url: webhook.url, headers: {} }),
        taken: (status, body) => status === 200 && /"MaLoi"\s*:\s*"00"/.test(body),
      },
    }),
    faultsChanged: () => orders.rememberPast(host.faults().staleReadMs ?? 0),
    reset() {
      orders.reset();
      settings = DEFAULT_SETTINGS;
    },
  };
}

/** The page's name: the same whenever the same order asks, and not to be guessed from its reference. */
const tokenOf = (reference: string, secret: string): string =>
  createHash('sha256').update(`${reference} ${secret}`).digest('base64url').slice(0, 24);
