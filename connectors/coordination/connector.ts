/** @module The national coordination of dossiers between agencies: it pushes status and transfers, signed (Standard Webhooks). */
import { z } from 'zod';
import { CHANNELS } from '../../src/capabilities/exchange.ts';
import { defineConnector } from '../../src/connector/define.ts';
import { mapPush } from './mapping.ts';
import { message } from './wire.ts';

const secret = z.string().regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'whsec_ followed by padded base64');

const settings = z.object({
  SECRET: secret.optional().meta({ secret: true, description: 'Signs its pushes; without it every push is refused' }),
  SECRET_PREVIOUS: secret
    .optional()
    .meta({ secret: true, description: 'The former secret while a new one is introduced' }),
  OPENS_DOSSIERS: z
    .stringbool()
    .default(true)
    .meta({ description: 'Whether its pushes open dossiers that nobody registered' }),
  DEFAULT_CHANNEL: z
    .enum(CHANNELS)
    .default('online')
    .meta({ description: 'How a dossier it tells of was submitted when it does not say' }),
});

export default defineConnector({
  name: 'coordination',
  title: { vi: 'Hệ thống điều phối giải quyết TTHC', en: 'National coordination of dossiers' },
  capabilities: ['exchange'],
  wire: {
    version: 'generic-1',
    confidence: 'assumed',
    note: {
      vi: 'Hệ thống chưa công bố định dạng; dùng thông điệp chung của cổng.',
      en: "The system has published no format; the gateway's generic message is used.",
    },
  },
  settings,
  baseUrl: () => null,
  timeoutMs: 10_000,
  connections: 1,
  webhook: {
    proof: 'signature',
    secrets: ({ SECRET, SECRET_PREVIOUS }) => [SECRET, SECRET_PREVIOUS].filter((secret) => secret !== undefined),
    message,
    map: mapPush,
    example: {
      body: {
        type: 'dossier.status.changed',
        timestamp: '2026-03-10T09:15:00+07:00',
        data: {
          dossierCode: 'H15.12-260310-0001',
          status: 'paused',
          pauseReason: 'financial-obligation',
          occurredAt: '2026-03-10T09:14:55+07:00',
          note: 'Chờ thông báo thuế',
          actor: 'Chi cục Thuế',
        },
      },
    },
  },
});
