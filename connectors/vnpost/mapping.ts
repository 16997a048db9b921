/** @module Between a delivery in the gateway's terms and VnPost's order: pure, code tables included. */
import {
  type CarrierState,
  type DeliveryKind,
  type Order,
  type OrderRef,
  type Party,
  postalItemFault,
  type TrackedOrder,
} from '../../src/capabilities/delivery.ts';
import { fromSlashedTime } from '../../src/connector/slashed-time.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { FLAG, type Service, type TrackedRecord } from './wire.ts';

/** OrderStatus: the collection states. */
const STATE: Readonly<Record<string, CarrierState>> = {
  '1': 'registered',
  '2': 'collecting',
  '3': 'handed-over',
  '4': 'cancelled',
};

const KIND: Readonly<Record<string, DeliveryKind>> = { [FLAG.papers]: 'papers', [FLAG.result]: 'result' };

/** An answer that says what stands in no table of ours, or breaks a rule of its own, is not guessed at. */
export class Unmapped extends UpstreamError {
  constructor(operation: Service, path: string, words: string) {
    super('contract', { upstream: 'vnpost', operation, outcome: 'unknown', path: `$.Data${path}`, words });
  }
}

/** The text names no part of the address twice: the carrier finds the office by the commune's code. */
const endOf = (who: 'Sender' | 'Receiver', { name, phone, address, communeCode }: Party): Record<string, string> => ({
  [`${who}Name`]: name,
  [`${who}Phone`]: phone,
  [`${who}Address`]: address,
  [`${who}CommuneCode`]: communeCode,
});

export const refOf = ({ dossierCode, kind }: OrderRef): { OrderNumber: string; FlagConfig: string } => ({
  OrderNumber: dossierCode,
  FlagConfig: FLAG[kind],
});

export const orderOf = (order: Order, customerCode: string): Record<string, string> => ({
  CustomerCode: customerCode,
  ...refOf(order),
  Weight: String(order.weightGrams),
  CODAmount: String(order.codAmount),
  ...endOf('Sender', order.sender),
  ...endOf('Receiver', order.receiver),
  Note: order.note ?? '',
});

/** A number of the post whose check digit is right; null where none is given yet. */
export function itemOf(code: string | null | undefined, operation: Service, path: string): string | null {
  if (!code) return null;
  const fault = postalItemFault(code);
  if (fault) throw new Unmapped(operation, path, fault.en);
  return code;
}

/** What tracking tells of one order; `at` names its place in the answer. */
export function trackedOf(record: TrackedRecord, at: string): TrackedOrder {
  const kind = KIND[record.FlagConfig];
  if (!kind) throw new Unmapped('tracking', `${at}.FlagConfig`, 'has a code that stands in no table');
  if (record.Traces.length === 0) throw new Unmapped('tracking', `${at}.Traces`, 'tells of no step');
  const steps = record.Traces.map((trace, i) => ({
    state: stateOf(trace.OrderStatus, `${at}.Traces[${i}].OrderStatus`),
    at: timeOf(trace.StatusDate, `${at}.Traces[${i}].StatusDate`),
    note: trace.Note ? trace.Note : null,
  }));
  return {
    dossierCode: record.OrderNumber,
    kind,
    itemCode: itemOf(record.ItemCode, 'tracking', `${at}.ItemCode`),
    state: stateOf(record.OrderStatus, `${at}.OrderStatus`),
    steps: steps.toSorted((a, b) => a.at - b.at),
  };
}

function stateOf(code: string, path: string): CarrierState {
  const state = Object.hasOwn(STATE, code) ? STATE[code] : undefined;
  if (!state) throw new Unmapped('tracking', path, 'has a code that stands in no table');
  return state;
}

function timeOf(text: string, path: string): number {
  const at = fromSlashedTime(text);
  if (at === null) throw new Unmapped('tracking', path, 'is no time as dd/MM/yyyy HH:mm:ss');
  return at;
}
