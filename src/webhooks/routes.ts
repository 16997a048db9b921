/** @module The routes on which systems push to the gateway, derived from what each connector declares of its webhook. */
import { z } from 'zod';
import type { Connector, Push, WebhookDeclaration } from '../connector/define.ts';
import { fail } from '../errors.ts';
import { languageOf } from '../http/language.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { addressCheck, codeCheck } from './path-code.ts';
import { type Destination, type Received, receiveGeneric, receiveReplied } from './receive.ts';
import { signingKey, verify } from './verify.ts';

/** A connector's settings as its own schema parsed them. */
export type Settings = z.output<Connector['settings']>;

export interface WebhookNeeds extends Destination {
  readonly connectors: readonly Connector[];
  settingsOf(connector: Connector): Settings;
}

type Webhook = WebhookDeclaration<Settings>;
type Call = Parameters<Route['handler']>[0];

const BODY_LIMIT = 1024 * 1024;

const counts = z.strictObject({
  accepted: z.int(),
  duplicates: z.int(),
  held: z.int(),
  quarantined: z.int(),
});

const PROOF_EXPLAINED = {
  signature: {
    vi: 'Ký theo Standard Webhooks: webhook-id, webhook-timestamp (giây, lệch tối đa 5 phút) và webhook-signature (v1, HMAC-SHA256).',
    en: 'Signed by Standard Webhooks: webhook-id, webhook-timestamp (seconds, at most 5 minutes off) and webhook-signature (v1, HMAC-SHA256).',
  },
  'path-code': {
    vi: 'Mã bảo mật đứng cuối đường dẫn; địa chỉ gửi có thể bị giới hạn.',
    en: 'A security code stands last in the path; the sending addresses may be limited.',
  },
  checksum: {
    vi: 'Thông điệp mang mã xác thực tính từ các trường của nó và khóa chung; địa chỉ gửi có thể bị giới hạn.',
    en: 'The message carries a checksum over its fields and the shared secret; the sending addresses may be limited.',
  },
} as const;

/** One route for each connector that declares a webhook. */
export function webhookRoutes(needs: WebhookNeeds): Route[] {
  return needs.connectors.flatMap((connector) =>
    connector.webhook ? [route(connector, connector.webhook, needs)] : [],
  );
}

function route(connector: Connector, webhook: Webhook, needs: WebhookNeeds): Route {
  const settings = needs.settingsOf(connector);
  const hasCode = webhook.proof === 'path-code';
  const prove = PROOFS[webhook.proof](webhook, settings);
  const { reply, example } = webhook;
  const shared = {
    method: 'POST',
    path: `/v1/webhooks/${connector.name}${hasCode ? '/:operation/:code' : ''}`,
    id: `receive${inPascalCase(connector.name)}`,
    tag: 'webhooks',
    summary: { vi: `Nhận thông điệp từ ${connector.title.vi}`, en: `A push from ${connector.title.en}` },
    description: PROOF_EXPLAINED[webhook.proof],
    scope: 'public',
    ...(hasCode ? { params: z.object({ operation: z.string(), code: z.string() }) } : {}),
    body: webhook.message,
    rawBody: true,
    bodyLimit: BODY_LIMIT,
    example: {
      ...(hasCode ? { params: { operation: example.operation ?? '', code: 'security-code' } } : {}),
      body: example.body,
    },
  } as const;
  const received = (call: Call): Received<Settings> => {
    const operation = prove(call);
    const body = call.body as Buffer;
    const push: Push<Settings> = {
      operation,
      body,
      receivedAt: call.now,
      settings,
      language: languageOf(header(call, 'accept-language')),
    };
    const raw = {
      system: connector.name,
      operation: operation ?? 'push',
      traceId: call.traceId,
      body: webhook.kept?.(body) ?? body,
    };
    return { push, raw, log: call.log };
  };

  if (!reply)
    return defineRoute({
      ...shared,
      response: { 202: counts },
      errors: [...proofErrors(webhook), 'malformed-json', 'payload-too-large', 'validation', ...storeErrors],
      handler: (call) => receiveGeneric(webhook, received(call), needs),
    });
  return defineRoute({
    ...shared,
    response: Object.fromEntries([200, ...(reply.statuses ?? []), 503].map((status) => [status, reply.schema])),
    errors: [...proofErrors(webhook), 'payload-too-large'],
    async handler(call) {
      const answer = await receiveReplied(webhook, reply, received(call), needs);
      call.status(answer.status);
      if (answer.retryAfter !== null) call.header('retry-after', String(answer.retryAfter));
      return answer.body;
    },
  });
}

const storeErrors = ['queue-full', 'database-unavailable'] as const;

const proofErrors = ({ proof, operations }: Webhook) =>
  proof === 'signature'
    ? (['webhook-signature-missing', 'webhook-signature-invalid', 'webhook-timestamp-out-of-window'] as const)
    : (['forbidden-address', 'webhook-proof-invalid', ...(operations ? (['not-found'] as const) : [])] as const);

/** Checks the proof of a call before its body is read; gives the operation that its path names. */
type Prove = (call: Call) => string | null;

function provenBySignature(webhook: Webhook, settings: Settings): Prove {
  const keys = webhook.secrets(settings).map(signingKey);
  return (call) => {
    const refusal = verify(call.body as Buffer, call.rawHeaders, keys, call.now);
    if (refusal !== null) fail(refusal);
    return null;
  };
}

function provenByCode(webhook: Webhook, settings: Settings): Prove {
  const isCode = codeCheck(webhook.secrets(settings));
  const isAddress = addressCheck(webhook.addresses?.(settings) ?? []);
  return (call) => {
    const { operation, code } = call.params as { operation: string; code: string };
    if (!isCode(code)) fail('webhook-proof-invalid');
    if (!isAddress(call.remoteAddress)) fail('forbidden-address');
    if (webhook.operations && !webhook.operations.includes(operation)) fail('not-found');
    return operation;
  };
}

function provenByChecksum(webhook: Webhook, settings: Settings): Prove {
  const secrets = webhook.secrets(settings);
  const isAddress = addressCheck(webhook.addresses?.(settings) ?? []);
  return (call) => {
    if (!webhook.proves?.(call.body as Buffer, secrets)) fail('webhook-proof-invalid');
    if (!isAddress(call.remoteAddress)) fail('forbidden-address');
    return null;
  };
}

const PROOFS: Readonly<Record<Webhook['proof'], (webhook: Webhook, settings: Settings) => Prove>> = {
  signature: provenBySignature,
  'path-code': provenByCode,
  checksum: provenByChecksum,
};

function header(call: Call, name: string): string | undefined {
  const value = call.rawHeaders[name];
  return typeof value === 'string' ? value : undefined;
}

const inPascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_match, letter) => letter.toUpperCase());
