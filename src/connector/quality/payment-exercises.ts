/** @module What a payment provider is put to the test with: a payment of an invented person, asked for and asked about. */
import type { PaymentRequest } from '../../capabilities/payments.ts';
import type { Connector } from '../define.ts';
import type { OperationContext } from '../operation.ts';
import type { Exercise } from './exercises.ts';

type Context = OperationContext<Readonly<Record<string, unknown>>>;

const PAYER = { name: 'Nguyễn Văn An', personalId: '066090000123', address: null, ip: '203.0.113.7' };
const PERSONAL = [PAYER.name, PAYER.personalId];
/** A repeated act carries the time of the first. */
const ASKED_AT = Date.now();

/** A payment of its own for each act, the same for its repeat. */
const requestOf = ({ act }: Context): PaymentRequest => ({
  reference: `LT${act.id.replaceAll('-', '').slice(0, 18).toUpperCase()}`,
  askedAt: ASKED_AT,
  amount: 50_000,
  dossierCode: 'H15.50-260310-0001',
  procedure: { code: '1.005129', name: 'Đăng ký biến động đất đai' },
  agency: { code: 'H15.50', name: 'Ủy ban nhân dân xã' },
  account: { number: '9990000000001', bankCode: 'BIDV', holder: 'Trung tâm Phục vụ hành chính công' },
  payer: PAYER,
  items: [{ code: 'LP01', name: 'Lệ phí', kind: 'charge', amount: 50_000 }],
  bankCode: null,
});

export function paymentExercises({ payments }: Connector): Exercise[] {
  if (!payments) return [];
  const create = (context: Context) => payments(context).create(requestOf(context), context.signal);
  return [
    {
      name: 'payments.create',
      effect: 'write',
      personal: PERSONAL,
      // A repeat asks what became of it first, as the gateway does.
      async perform(context) {
        if (context.act.isRepeat) await payments(context).query(requestOf(context), context.signal);
        return create(context);
      },
    },
    {
      name: 'payments.query',
      effect: 'read',
      personal: PERSONAL,
      before: async (context) => void (await create(context)),
      perform: (context) => payments(context).query(requestOf(context), context.signal),
    },
    ...(['bill', 'queryRefund'] as const).map(
      (call): Exercise => ({
        name: `payments.${call}`,
        effect: 'read',
        personal: PERSONAL,
        perform: (context) => payments(context)[call](requestOf(context), context.signal),
      }),
    ),
  ];
}
