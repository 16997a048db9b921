/** @module What a carrier is put to the test with: an order of an invented person, placed, followed and taken back. */
import type { DeliveryProvider, Order, TrackedOrder } from '../../capabilities/delivery.ts';
import type { Connector } from '../define.ts';
import type { OperationContext } from '../operation.ts';
import type { Exercise } from './exercises.ts';

type Context = OperationContext<Readonly<Record<string, unknown>>>;

const SENDER = {
  name: 'Trung tâm Phục vụ hành chính công',
  phone: '0900000001',
  address: 'Số 1',
  communeCode: '24133',
};
const RECEIVER = { name: 'Nguyễn Văn An', phone: '0912345678', address: 'Thôn 4', communeCode: '24490' };
const PERSONAL = [RECEIVER.name, RECEIVER.phone];

/** An order of its own for each act, the same for its repeat. */
const orderOf = ({ act }: Context): Order => ({
  dossierCode: `H15.58-260310-${String(Number.parseInt(act.id.slice(0, 8), 16) % 10_000).padStart(4, '0')}`,
  kind: 'result',
  sender: SENDER,
  receiver: RECEIVER,
  weightGrams: 100,
  codAmount: 0,
  note: null,
});

export function deliveryExercises({ delivery }: Connector): Exercise[] {
  if (!delivery) return [];
  const place = (context: Context) => delivery(context).order(orderOf(context));
  const before = async (context: Context): Promise<void> => void (await place(context));
  return [
    {
      name: 'delivery.order',
      effect: 'write',
      personal: PERSONAL,
      perform: (context) =>
        askedFirst(
          delivery(context),
          context,
          (there) => there.state !== 'cancelled',
          () => place(context),
        ),
    },
    {
      name: 'delivery.cancel',
      effect: 'write',
      personal: PERSONAL,
      before,
      perform: (context) =>
        askedFirst(
          delivery(context),
          context,
          (there) => there.state === 'cancelled',
          () => delivery(context).cancel(orderOf(context), 'Người dân đến nhận trực tiếp'),
        ),
    },
    {
      name: 'delivery.track',
      effect: 'read',
      personal: PERSONAL,
      before,
      perform: (context) => delivery(context).tracking.track([orderOf(context)]),
    },
  ];
}

/** As the gateway does: what may have been begun is asked about before it is done again. */
async function askedFirst<T>(
  { tracking }: DeliveryProvider,
  context: Context,
  isDone: (there: TrackedOrder) => boolean,
  work: () => Promise<T>,
): Promise<T | TrackedOrder> {
  const [there] = context.act.isRepeat ? await tracking.track([orderOf(context)]) : [];
  return there && isDone(there) ? there : work();
}
