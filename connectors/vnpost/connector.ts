/** @module VnPost (bưu chính công ích): price, order, cancellation and tracking of what is carried for a dossier; post offices by commune. */
import { officeOutput, officeParams, priceInput, priceOutput } from '../../src/capabilities/delivery.ts';
import { agreedLimit } from '../../src/connector/agreed-limit.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import { session } from '../../src/connector/credentials.ts';
import { defineConnector } from '../../src/connector/define.ts';
import { defineOperation, fail, type OperationContext } from '../../src/connector/operation.ts';
import { call, carrierOf, logIn, NotThere } from './carrier.ts';
import { type Settings, settings } from './settings.ts';
import * as wire from './wire.ts';

type Context = OperationContext<Settings>;

const priceDelivery = defineOperation({
  id: 'priceDelivery',
  capability: 'delivery',
  method: 'POST',
  path: '/v1/deliveries/price',
  summary: { vi: 'Tính cước chuyển phát giữa hai xã, phường', en: 'What a delivery between two communes costs' },
  scope: 'delivery.price',
  effect: 'read',
  personalData: false,
  input: priceInput,
  output: priceOutput,
  example: { body: { fromCommuneCode: '24490', toCommuneCode: '24343', weightGrams: 300 } },
  errors: [],
  async run(context: Context, { fromCommuneCode, toCommuneCode, weightGrams, codAmount }) {
    const json = {
      CustomerCode: context.settings.CUSTOMER_CODE,
      SenderCommuneCode: fromCommuneCode,
      ReceiverCommuneCode: toCommuneCode,
      Weight: String(weightGrams),
      CODAmount: String(codAmount),
    };
    const answer = await call(context, 'price', json, 'harmless');
    const { Data } = parseAnswer(wire.priceReply, answer, { upstream: context.upstream.name, operation: 'price' });
    return { currency: 'VND' as const, main: Data.MainFee, cod: Data.CODFee, total: Data.TotalFee };
  },
});

const findPostOffice = defineOperation({
  id: 'findPostOffice',
  capability: 'delivery',
  method: 'GET',
  path: '/v1/post-offices/:communeCode',
  summary: { vi: 'Bưu cục phục vụ một xã, phường', en: 'The post office that serves a commune' },
  scope: 'delivery.find-post-office',
  effect: 'read',
  personalData: false,
  params: officeParams,
  output: officeOutput,
  cache: { seconds: 86_400, staleSeconds: 30 * 86_400, key: ({ communeCode }) => communeCode },
  example: { params: { communeCode: '24490' } },
  errors: ['not-found'],
  async run(context: Context, { communeCode }) {
    try {
      const answer = await call(context, 'postoffice', { CommuneCode: communeCode }, 'harmless');
      const origin = { upstream: context.upstream.name, operation: 'postoffice' };
      const { PostCode, PostName, Phone } = parseAnswer(wire.officeReply, answer, origin).Data;
      return { communeCode, code: PostCode, name: PostName, phone: Phone ? Phone : null };
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      return fail('not-found', {
        detail: `The carrier serves no commune ${communeCode}`,
        detailVi: `Đơn vị chuyển phát không phục vụ xã, phường mã ${communeCode}`,
      });
    }
  },
});

export default defineConnector({
  name: 'vnpost',
  title: { vi: 'VnPost (bưu chính công ích)', en: 'VnPost public postal service' },
  capabilities: ['delivery'],
  wire: {
    version: 'order-1',
    confidence: 'observed',
    note: {
      vi: 'Đơn hàng, Status "100" và trạng thái thu gom theo mã nguồn công khai; địa chỉ, mã lỗi khác và tra cứu là giả định.',
      en: 'The order, Status "100" and the collection states are seen in public code; addresses, other codes and tracking are assumed.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 15_000,
  connections: 8,
  limits: [agreedLimit({ vi: 'VnPost', en: 'VnPost' })],
  credentials: (context) => session({ now: context.now, tokens: context.tokens, login: () => logIn(context) }),
  probe: async (context) => {
    await logIn(context);
  },
  operations: [priceDelivery, findPostOffice],
  delivery: carrierOf,
});
