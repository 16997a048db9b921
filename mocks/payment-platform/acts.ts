/** @module What payers, banks and the platform's staff do: the order after it, and whether the province is told. */
import { oneOf, optionalNumber, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { type Act, ActRefused } from '../simulator.ts';
import type { Order, Orders, Transaction } from './orders.ts';

/** Acts upon one order; `settle` and `invent-settlement` are about a day. */
const ORDER_ACTS = [
  'pay',
  'lose-notice',
  'pay-twice',
  'fail',
  'hang',
  'debit-without-recording',
  'record',
  'refund',
  'alter-amount',
  'withhold-bill',
  'forget',
] as const;
export const DAY_ACTS = ['settle', 'invent-settlement'] as const;
export const ACTS = [...ORDER_ACTS, ...DAY_ACTS] as const;

export interface Done {
  readonly order: Order;
  readonly forgotten?: true;
  /** What the notice says, where there is one. */
  readonly notice: 'paid' | 'failed' | null;
  /** The transaction that the notice tells of; the order's shown one unless said. */
  readonly told?: Transaction;
}

export interface ActNeeds {
  readonly orders: Orders;
  /** The instant an act means when it names none. */
  readonly now: number;
  newTransactionId(): string;
}

const BANK = 'BIDV';

/** The order an act names, by its reference or as the newest of a dossier. */
function orderOf(act: Act, orders: Orders): Order {
  const reference = optionalText(act, 'reference');
  const order = reference === null ? orders.ofDossier(requiredText(act, 'dossier')) : orders.get(reference);
  if (!order) throw new ActRefused(404, 'the platform was asked for no such payment');
  return order;
}

/** Performs an act upon one order. */
export function perform(act: Act, { orders, now, newTransactionId }: ActNeeds): Done {
  const name = oneOf(requiredText(act, 'act'), 'act', ORDER_ACTS);
  const order = orderOf(act, orders);
  const at = optionalTime(act, 'at') ?? now;
  const bank = optionalText(act, 'bank') ?? BANK;
  const moved = (amount = order.amount): Transaction => ({
    id: newTransactionId(),
    kind: 'pay',
    amount,
    bank,
    at,
    settledOn: null,
  });
  const paid = (transaction: Transaction): Order => ({
    ...order,
    status: '1',
    shown: transaction,
    transactions: [...order.transactions, transaction],
  });
  switch (name) {
    case 'pay':
      requireUnpaid(order);
      return { order: paid(moved(optionalNumber(act, 'amount') ?? order.amount)), notice: 'paid' };
    case 'lose-notice':
      requireUnpaid(order);
      return { order: paid(moved()), notice: null };
    case 'pay-twice': {
      const first = order.status === '1' ? order : paid(moved());
      const second = moved();
      return { order: { ...first, transactions: [...first.transactions, second] }, notice: 'paid', told: second };
    }
    case 'fail':
      requireUnpaid(order);
      return { order: { ...order, status: '4' }, notice: 'failed' };
    case 'hang':
      requireUnpaid(order);
      return { order: { ...order, status: '3' }, notice: null };
    case 'debit-without-recording':
      requireUnpaid(order);
      return { order: { ...order, status: '4', transactions: [...order.transactions, moved()] }, notice: 'failed' };
    case 'record': {
      const debited = order.transactions.find(({ kind }) => kind === 'pay');
      if (!debited || order.status === '1') throw new ActRefused(409, 'no money moved that was not recorded');
      return { order: { ...order, status: '1', shown: debited }, notice: 'paid' };
    }
    case 'refund':
      return { order: refunded(order, orders, at, newTransactionId), notice: null };
    case 'alter-amount': {
      const amount = optionalNumber(act, 'amount');
      if (amount === null || amount <= 0) throw new ActRefused(400, '"amount" must be đồng above 0');
      const transactions = order.transactions.map((one) => (one.settledOn === null ? { ...one, amount } : one));
      return { order: { ...order, transactions }, notice: null };
    }
    case 'withhold-bill':
      return { order: { ...order, hasBill: false }, notice: null };
    case 'forget':
      return { order, forgotten: true, notice: null };
  }
}

function requireUnpaid(order: Order): void {
  if (order.status === '1' || order.kind === 'refund')
    throw new ActRefused(409, `${order.reference} is paid already, or gives money back`);
}

/** A refund that was asked for and waits; else staff give the payment back of their own accord. */
function refunded(order: Order, orders: Orders, at: number, newTransactionId: () => string): Order {
  const waiting = orders.refundsOf(order.reference).find(({ status }) => status === '3');
  if (waiting) return givenBack(waiting, at, newTransactionId);
  const payment = order.transactions.find(({ kind }) => kind === 'pay');
  if (!payment) throw new ActRefused(409, 'no money moved that could be given back');
  const back: Transaction = { ...payment, id: newTransactionId(), kind: 'refund', at, settledOn: null };
  return { ...order, transactions: [...order.transactions, back] };
}

/** The order of a refund once the money is back. */
export function givenBack(order: Order, at: number, newTransactionId: () => string): Order {
  const back: Transaction = {
    id: newTransactionId(),
    kind: 'refund',
    amount: order.amount,
    bank: BANK,
    at,
    settledOn: null,
  };
  return { ...order, status: '1', shown: back, transactions: [back] };
}
