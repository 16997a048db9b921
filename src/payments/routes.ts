/** @module Payments for iGates: ask for one, read it, its receipt, give it back. */
import { z } from 'zod';
import { UPSTREAM_ERRORS } from '../connector/operation-route.ts';
import { findDossier } from '../dossiers/read-store.ts';
import { dossierCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { PaymentsDeps } from './deps.ts';
import { EXAMPLE_PAYMENT, examplePost } from './examples.ts';
import { fetchBill } from './follow.ts';
import { isPaid } from './lifecycle.ts';
import { requestRefund } from './refund.ts';
import { refundsOf } from './refund-store.ts';
import { requestPayment } from './request.ts';
import {
  paymentAnswer,
  paymentDetail,
  paymentPost,
  refundAnswer,
  refundPost,
  toPaymentAnswer,
  toPaymentDetail,
  toRefundAnswer,
} from './shape.ts';
import { findPayment, type PaymentRecord, paymentsOfDossier, readEvents } from './store.ts';

const tag = 'payments';
const params = z.object({ id: z.uuid() });
const provider = z
  .string()
  .regex(/^[a-z0-9-]{1,60}$/)
  .optional()
  .meta({ description: 'The payment platform; without it the first one that is configured.' });

/** The platform that a call names, else the first of the installation. */
export function chosenProvider({ providers }: Pick<PaymentsDeps, 'providers'>, wanted: string | undefined): string {
  const name = wanted ?? providers.keys().next().value;
  if (name === undefined || !providers.has(name))
    fail('provider-not-configured', { upstream: name ?? 'payment-platform' });
  return name;
}

export function paymentRoutes(deps: PaymentsDeps): Route[] {
  const { pool } = deps;
  const agenciesAt = (now: number) => deps.catalogue().agencies.asOf(now);
  const found = async (id: string, { caller, now }: { caller: Caller; now: number }): Promise<PaymentRecord> => {
    const record = await findPayment(pool, id);
    if (!record) fail('not-found', { detail: `No payment ${id}`, detailVi: `Không có giao dịch thanh toán ${id}` });
    if (!agenciesAt(now).covers(caller.agencies, record.agencies))
      fail('forbidden-agency', {
        detail: `Payment ${id} belongs to another agency`,
        detailVi: `Giao dịch ${id} thuộc cơ quan khác`,
      });
    return record;
  };

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/payments',
      id: 'createPayment',
      tag,
      summary: { vi: 'Tạo yêu cầu thanh toán phí, lệ phí của hồ sơ', en: 'Ask for the fees of a dossier to be paid' },
      description: {
        vi: '201: người nộp thanh toán tại payUrl. 202: chưa rõ nền tảng đã nhận hay chưa; hệ thống tự hỏi lại, đọc lại bằng GET. Không tạo lại và không yêu cầu người nộp thanh toán lại khi mayPayAgain là false.',
        en: '201: the payer pays at payUrl. 202: nobody knows yet whether the platform has it; it is asked about, read it again with GET. While mayPayAgain is false, do not ask the payer to pay again.',
      },
      scope: 'payments.create',
      audit: 'write',
      idempotency: 'required',
      query: z.object({ provider }),
      body: paymentPost,
      response: { 201: paymentAnswer, 202: paymentAnswer },
      errors: [
        'dossier-not-found',
        'forbidden-agency',
        'conflict',
        'payment-open',
        'payment-made',
        'payment-account-unknown',
        ...UPSTREAM_ERRORS,
      ],
      example: { body: examplePost },
      handler: async (call) => {
        const { body, caller } = call;
        call.audited({ dossier: body.dossierCode });
        const agencies = agenciesAt(call.now);
        const dossier = await findDossier(pool, body.dossierCode, agencies.spellingsOf(body.dossierCode));
        if (!dossier)
          fail('dossier-not-found', {
            detail: `${body.dossierCode} is not registered`,
            detailVi: `Hồ sơ ${body.dossierCode} chưa được đăng ký`,
          });
        if (!agencies.covers(caller.agencies, dossier.agencies))
          fail('forbidden-agency', {
            detail: `${body.dossierCode} belongs to another agency`,
            detailVi: `Hồ sơ ${body.dossierCode} thuộc cơ quan khác`,
          });
        const record = await requestPayment(deps, {
          actId: call.act.id,
          clientId: caller.clientId,
          provider: chosenProvider(deps, call.query.provider),
          dossier,
          input: body,
          remoteAddress: call.remoteAddress,
          signal: call.signal,
        });
        call.audited({ details: { payment: record.id, state: record.payment.state } });
        if (record.payment.state === 'unknown' || record.payment.state === 'created') call.status(202);
        return toPaymentAnswer(record, deps.now());
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/payments',
      id: 'listPayments',
      tag,
      summary: { vi: 'Các giao dịch thanh toán của một hồ sơ', en: 'The payments of a dossier' },
      scope: 'payments.read',
      audit: 'read',
      query: z.object({ dossierCode }),
      response: { 200: z.object({ items: z.array(paymentAnswer) }) },
      errors: [],
      example: { query: { dossierCode: examplePost.dossierCode } },
      handler: async (call) => {
        call.audited({ dossier: call.query.dossierCode });
        const records = await paymentsOfDossier(pool, call.query.dossierCode);
        const directory = agenciesAt(call.now);
        const own = records.filter(({ agencies }) => directory.covers(call.caller.agencies, agencies));
        return { items: own.map((record) => toPaymentAnswer(record, deps.now())) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/payments/:id',
      id: 'getPayment',
      tag,
      summary: { vi: 'Xem một giao dịch thanh toán', en: 'Read a payment' },
      scope: 'payments.read',
      audit: 'read',
      params,
      response: { 200: paymentDetail },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: EXAMPLE_PAYMENT } },
      handler: async (call) => {
        const record = await found(call.params.id, call);
        call.audited({ dossier: record.dossierCode });
        const [refunds, history] = await Promise.all([refundsOf(pool, [record.id]), readEvents(pool, record.id)]);
        return toPaymentDetail(record, refunds, history, deps.now());
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/payments/:id/bill',
      id: 'getPaymentBill',
      tag,
      summary: { vi: 'Biên lai của một giao dịch', en: 'The receipt of a payment' },
      description: {
        vi: 'url là null khi nền tảng chưa phát hành biên lai.',
        en: 'url is null while the platform has issued no receipt.',
      },
      scope: 'payments.read',
      audit: 'read',
      params,
      response: { 200: z.object({ receipt: paymentAnswer.shape.receipt, url: z.string().nullable() }) },
      errors: ['not-found', 'forbidden-agency', ...UPSTREAM_ERRORS],
      example: { params: { id: EXAMPLE_PAYMENT } },
      handler: async (call) => {
        let record = await found(call.params.id, call);
        call.audited({ dossier: record.dossierCode });
        if (record.billUrl === null && isPaid(record.payment))
          record = await fetchBill(
            deps,
            deps.providers.get(chosenProvider(deps, record.provider))!,
            record,
            call.signal,
          );
        return { receipt: record.payment.receipt, url: record.billUrl };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/payments/:id/refund',
      id: 'refundPayment',
      tag,
      summary: { vi: 'Hoàn tiền một giao dịch', en: 'Give a payment back' },
      description: {
        vi: 'Hoàn trọn một lần trừ tiền; kết quả chưa rõ (202) được hỏi lại, xem ở refunds của giao dịch.',
        en: 'One debit goes back in whole; what is not known yet (202) is asked about, see the refunds of the payment.',
      },
      scope: 'payments.refund',
      audit: 'write',
      idempotency: 'required',
      params,
      body: refundPost,
      response: { 200: refundAnswer, 202: refundAnswer },
      errors: ['not-found', 'forbidden-agency', 'refund-impossible', ...UPSTREAM_ERRORS],
      example: { params: { id: EXAMPLE_PAYMENT }, body: { reason: 'Công dân rút hồ sơ, hoàn lại lệ phí' } },
      handler: async (call) => {
        const record = await found(call.params.id, call);
        call.audited({ dossier: record.dossierCode, details: { payment: record.id } });
        const refund = await requestRefund(deps, {
          actId: call.act.id,
          paymentId: record.id,
          clientId: call.caller.clientId,
          officer: call.access.officer,
          reason: call.body.reason,
          transactionId: call.body.transactionId,
          signal: call.signal,
        });
        if (refund.state !== 'refunded' && refund.state !== 'refused') call.status(202);
        return toRefundAnswer(refund);
      },
    }),
  ];
}
