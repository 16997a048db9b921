/** @module The calls by which a connector is put to the test: each of its operations by its example, and what its providers can do. */
import type { Connector } from '../define.ts';
import type { Operation, OperationContext } from '../operation.ts';

/** One call that a connector can make. */
export interface Exercise {
  readonly name: string;
  readonly effect: 'read' | 'write';
  /** What a caller gives that must show up in no failure. */
  readonly personal: readonly string[];
  perform(context: OperationContext<Readonly<Record<string, unknown>>>): Promise<unknown>;
}

export function exercisesOf(connector: Connector): Exercise[] {
  const { operations = [], portal, payments } = connector;
  const exercises = operations.map(ofOperation);
  if (portal)
    exercises.push({
      name: 'portal.read',
      effect: 'read',
      personal: [],
      perform: (context) => portal(context).read('H15.50-260310-9999'),
    });
  if (payments) exercises.push(...ofPayments(payments));
  return exercises;
}

const PAYER = { name: 'Nguyễn Văn An', personalId: '066090000123', address: null, ip: '203.0.113.7' };
/** A repeated act carries the time of the first. */
const ASKED_AT = Date.now();

/** A payment is asked for once for each act: a repeat asks what became of it first, as the gateway does. */
function ofPayments(payments: NonNullable<Connector['payments']>): Exercise[] {
  const asked = ({ act }: Parameters<Exercise['perform']>[0]) => ({
    reference: `LT${act.id.replaceAll('-', '').slice(0, 18).toUpperCase()}`,
    askedAt: ASKED_AT,
  });
  return [
    {
      name: 'payments.create',
      effect: 'write',
      personal: [PAYER.name, PAYER.personalId],
      async perform(context) {
        const provider = payments(context);
        if (context.act.isRepeat) await provider.query(asked(context), context.signal);
        return provider.create(
          {
            ...asked(context),
            amount: 50_000,
            dossierCode: 'H15.50-260310-0001',
            procedure: { code: '1.005129', name: 'Đăng ký biến động đất đai' },
            agency: { code: 'H15.50', name: 'Ủy ban nhân dân xã' },
            account: { number: '9990000000001', bankCode: 'BIDV', holder: 'Trung tâm Phục vụ hành chính công' },
            payer: PAYER,
            items: [{ code: 'LP01', name: 'Lệ phí', kind: 'charge', amount: 50_000 }],
            bankCode: null,
          },
          context.signal,
        );
      },
    },
    ...(['query', 'bill', 'queryRefund'] as const).map(
      (call): Exercise => ({
        name: `payments.${call}`,
        effect: 'read',
        personal: [],
        perform: (context) => payments(context)[call](asked(context), context.signal),
      }),
    ),
  ];
}

function ofOperation(operation: Operation): Exercise {
  const { example } = operation;
  return {
    name: operation.id,
    effect: operation.effect,
    personal: operation.personalData ? textsIn(example.body) : [],
    async perform(context) {
      const input = {
        ...operation.params?.parse(example.params ?? {}),
        ...operation.query?.parse(example.query ?? {}),
        ...operation.input?.parse(example.body ?? {}),
      };
      const repeat = operation.effect === 'read' ? 'harmless' : 'never';
      const { upstream } = context;
      const client = {
        name: upstream.name,
        json: (call: Parameters<typeof upstream.json>[0]) => upstream.json({ repeat, ...call }),
        text: (call: Parameters<typeof upstream.text>[0]) => upstream.text({ repeat, ...call }),
      };
      const answer = await operation.run({ ...context, upstream: client }, input);
      // An answer that is not what the document says is as wrong as none.
      return operation.output.parse(answer);
    },
  };
}

/** Texts long enough to be told from chance. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 6 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
