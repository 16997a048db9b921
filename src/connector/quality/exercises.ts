/** @module The calls by which a connector is put to the test: each of its operations by its example, and what its providers can do. */
import { DAY } from '../../units.ts';
import type { Connector } from '../define.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { deliveryExercises } from './delivery-exercises.ts';
import { exchangeExercises } from './exchange-exercises.ts';
import { paymentExercises } from './payment-exercises.ts';

/** One call that a connector can make. */
export interface Exercise {
  readonly name: string;
  readonly effect: 'read' | 'write';
  /** What a caller gives that must show up in no failure. */
  readonly personal: readonly string[];
  /** What it presupposes. */
  before?(context: OperationContext<Readonly<Record<string, unknown>>>): Promise<void>;
  perform(context: OperationContext<Readonly<Record<string, unknown>>>): Promise<unknown>;
}

/** @param context any: what a provider can do does not depend on the call */
export function exercisesOf(
  connector: Connector,
  context: OperationContext<Readonly<Record<string, unknown>>>,
): Exercise[] {
  const { operations = [], portal, listing } = connector;
  const exercises = operations.map(ofOperation);
  if (portal)
    exercises.push({
      name: 'portal.read',
      effect: 'read',
      personal: [],
      perform: (context) => portal(context).read('H15.50-260310-9999'),
    });
  if (listing)
    exercises.push({
      name: 'listing.list',
      effect: 'read',
      personal: [],
      perform: (context) => listing(context).list(Date.now() - DAY, 1),
    });
  return [
    ...exercises,
    ...exchangeExercises(connector, context),
    ...paymentExercises(connector),
    ...deliveryExercises(connector),
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
