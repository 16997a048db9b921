/** @module VnPost: price, order, cancel, track, the post office of a commune; every answer is HTTP 200 with a `Status` of its own. */
import { randomUUID } from 'node:crypto';
import { oneOf, optionalText, optionalTime, requiredText } from '../act-input.ts';
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
import { toSlashed } from '../times.ts';
import { DEFAULT_ACCOUNT, type TokenEntry, Tokens } from '../tokens.ts';
import {
  CANCELLED,
  COLLECTING,
  HANDED_OVER,
  type Order,
  type OrderEntry,
  Orders,
  REGISTERED,
  statusOf,
} from './orders.ts';
import { postOfficeOf, priceOf } from './post-offices.ts';

type VnpostEntry = OrderEntry | TokenEntry;
type Body = Readonly<Record<string, unknown>>;

/** Status of an answer. */
const DONE = '100';
const NO_TOKEN = '101';
const WRONG = '102';
const NOT_FOUND = '104';
const TOO_LATE = '105';
const WORDS: Readonly<Record<string, string>> = {
  [DONE]: 'Thành công',
  [NO_TOKEN]: 'Token không hợp lệ hoặc đã hết hạn',
  [NOT_FOUND]: 'Không tìm thấy',
  [TOO_LATE]: 'Đơn đã được thu gom, không hủy được',
};

const TOKEN_SECONDS = 3600;
const MOST_NUMBERS = 50;
const SERVICES: readonly string[] = ['token', 'price', 'order', 'cancel', 'tracking', 'postoffice'];
const PARTY = ['Name', 'Phone', 'Address', 'CommuneCode'];
const ORDER_FIELDS = [
  'OrderNumber',
  'FlagConfig',
  'Weight',
  'CODAmount',
  ...['Sender', 'Receiver'].flatMap((who) => PARTY.map((part) => who + part)),
];
/** What a person there does, and the state after it. */
const STATUS_OF = { collect: COLLECTING, 'hand-over': HANDED_OVER, cancel: CANCELLED } as const;
const FLAG_OF = { papers: '1', result: '2' } as const;

export const vnpost: System = { id: 'vnpost', build: buildVnpost };

function buildVnpost(host: Host, options: SimulatorsOptions): Simulator<VnpostEntry> {
  const account = options.accounts?.vnpost ?? DEFAULT_ACCOUNT;
  const tokens = new Tokens();
  const orders = new Orders();

  const keep = (entry: VnpostEntry): void => host.keep(entry);
  const service = (call: Call): string => {
    const name = call.path.replace(/^\/api\//, '');
    return call.method === 'POST' && SERVICES.includes(name) ? name : 'unknown';
  };
  const reply = (status: string, data: unknown = null, message = WORDS[status] ?? ''): Answer =>
    jsonAnswer({ Status: status, Message: message, Data: data }, 200, status !== DONE);

  function login(body: Body): Answer {
    if (body.CustomerKey !== account.key || body.CustomerSecret !== account.secret)
      return reply(NO_TOKEN, null, 'CustomerKey hoặc CustomerSecret không đúng');
    const token = randomUUID();
    keep({ kind: 'token', at: host.now(), token });
    return reply(DONE, { Token: token, ExpiresIn: String(TOKEN_SECONDS) });
  }

  /** The route and its price, or what is wrong with what was asked. */
  function quote(body: Body): { readonly main: number; readonly cod: number } | Answer {
    const from = postOfficeOf(String(body.SenderCommuneCode));
    const to = postOfficeOf(String(body.ReceiverCommuneCode));
    if (from === null || to === null)
      return reply(WRONG, null, `${from === null ? 'SenderCommuneCode' : 'ReceiverCommuneCode'} không có bưu cục`);
    const [grams, cod] = [amountOf(body.Weight), amountOf(body.CODAmount)];
    if (grams === null || cod === null) return reply(WRONG, null, 'Weight và CODAmount phải là số không âm');
    return priceOf(from, to, grams, cod);
  }

  function order(body: Body, bend: Bend): Answer {
    const missing = ORDER_FIELDS.find((name) => typeof body[name] !== 'string' || body[name] === '');
    if (missing !== undefined) return reply(WRONG, null, `Thiếu ${missing}`);
    if (body.FlagConfig !== '1' && body.FlagConfig !== '2') return reply(WRONG, null, 'FlagConfig phải là 1 hoặc 2');
    const price = quote(body);
    if ('status' in price) return price;
    const [number, flag, at] = [String(body.OrderNumber), body.FlagConfig, host.now()];
    const known = orders.get(number, flag);
    const repeats = known !== undefined && statusOf(known) !== CANCELLED;
    const made: Order = repeats
      ? known
      : {
          number,
          flag,
          item: orders.nextItem(),
          total: price.main + price.cod,
          states: [{ status: REGISTERED, at, note: '' }],
        };
    if (!bend.drops()) keep({ kind: 'order', at, order: made, call: { service: 'order', effect: !repeats } });
    return reply(DONE, { OrderNumber: number, ItemCode: made.item, TotalFee: String(made.total) });
  }

  function cancel(body: Body, bend: Bend): Answer {
    const known = orders.get(String(body.OrderNumber), String(body.FlagConfig));
    if (known === undefined) return reply(NOT_FOUND);
    const status = statusOf(known);
    if (status !== REGISTERED && status !== CANCELLED) return reply(TOO_LATE);
    const at = host.now();
    const effect = status === REGISTERED;
    const state = { status: CANCELLED, at, note: String(body.Reason ?? '') };
    const order = effect ? { ...known, states: [...known.states, state] } : known;
    if (!bend.drops()) keep({ kind: 'order', at, order, call: { service: 'cancel', effect } });
    return reply(DONE);
  }

  function track(body: Body, bend: Bend): Answer {
    const { OrderNumbers: numbers } = body;
    if (!Array.isArray(numbers) || numbers.length > MOST_NUMBERS)
      return reply(WRONG, null, `OrderNumbers phải là danh sách tối đa ${MOST_NUMBERS} mã`);
    const then = host.now() - bend.staleness();
    return reply(DONE, numbers.flatMap((number) => orders.ofNumber(String(number), then)).map(shown));
  }

  const shown = (order: Order): object => ({
    OrderNumber: order.number,
    FlagConfig: order.flag,
    ItemCode: order.item,
    OrderStatus: statusOf(order),
    Traces: order.states.map(({ status, at, note }) => ({
      OrderStatus: status,
      StatusDate: toSlashed(host.onItsClock(at)),
      Note: note,
    })),
  });

  return {
    service,
    writes: (call) => ['order', 'cancel'].includes(service(call)),
    answer(call, bend) {
      const name = service(call);
      const body = call.json();
      if (typeof body !== 'object' || body === null) return reply(WRONG, null, 'Nội dung không phải JSON');
      if (name === 'token') return login(body as Body);
      if (!tokens.admits(call, host.now(), host.faults().expireTokens ?? false)) return reply(NO_TOKEN);
      return answerOf(name, body as Body, bend);
    },
    faultsChanged() {
      orders.rememberPast(host.faults().staleReadMs ?? 0);
      if (host.faults().expireTokens) tokens.endAll();
    },
    apply(entry) {
      if (entry.kind === 'token') return tokens.put(entry);
      orders.put(entry);
      if (entry.call === null) return;
      const {
        at,
        order: { number, states },
        call: { service: name, effect },
      } = entry;
      host.witness({
        at,
        dossier: number,
        service: name,
        status: states.at(-1)!.status,
        occurredAt: at,
        appointmentAt: null,
        effect,
      });
    },
    act(act) {
      const entry = actOn(act, orders, host.now());
      keep(entry);
      return shown(entry.order);
    },
    reset() {
      tokens.endAll();
      orders.reset();
    },
  };

  function answerOf(name: string, body: Body, bend: Bend): Answer {
    switch (name) {
      case 'price': {
        const price = quote(body);
        if ('status' in price) return price;
        return reply(DONE, {
          MainFee: String(price.main),
          CODFee: String(price.cod),
          TotalFee: String(price.main + price.cod),
        });
      }
      case 'order':
        return order(body, bend);
      case 'cancel':
        return cancel(body, bend);
      case 'tracking':
        return track(body, bend);
      case 'postoffice': {
        const office = postOfficeOf(String(body.CommuneCode));
        return office === null
          ? reply(NOT_FOUND)
          : reply(DONE, { PostCode: office.code, PostName: office.name, Phone: office.phone });
      }
      default:
        return reply(NOT_FOUND);
    }
  }
}

/** What a person of the post does to an order. */
function actOn(act: Act, orders: Orders, now: number): OrderEntry {
  const name = oneOf(requiredText(act, 'act'), 'act', Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[]);
  const kind = oneOf(optionalText(act, 'kind') ?? 'result', 'kind', Object.keys(FLAG_OF) as (keyof typeof FLAG_OF)[]);
  const number = requiredText(act, 'dossier');
  const known = orders.get(number, FLAG_OF[kind]);
  if (known === undefined) throw new ActRefused(404, `no order for ${number} (${kind})`);
  const at = optionalTime(act, 'at') ?? now;
  const state = { status: STATUS_OF[name], at, note: optionalText(act, 'note') ?? '' };
  return { kind: 'order', at: now, order: { ...known, states: [...known.states, state] }, call: null };
}

/** A number in a text that is not negative; null for anything else. */
function amountOf(value: unknown): number | null {
  const amount = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(amount) && amount >= 0 ? amount : null;
}
