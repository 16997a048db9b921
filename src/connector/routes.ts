/** @module The connectors as operators see them: what each joins, how sure its wire is, how its upstream does. */
import { z } from 'zod';
import { fail } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { BreakerState } from './breaker.ts';
import type { Connector } from './define.ts';

const item = z.object({
  name: z.string(),
  title: z.object({ vi: z.string(), en: z.string() }),
  capabilities: z.array(z.string()),
  wire: z.object({ version: z.string(), confidence: z.string(), note: z.object({ vi: z.string(), en: z.string() }) }),
  breaker: z.string().nullable(),
  receives: z.boolean(),
});

export function connectorRoutes({
  connectors,
  breakerOf,
}: {
  readonly connectors: readonly Connector[];
  readonly breakerOf: (name: string) => BreakerState | null;
}): Route[] {
  const shown = (connector: Connector): z.input<typeof item> => ({
    name: connector.name,
    title: connector.title,
    capabilities: [...connector.capabilities],
    wire: connector.wire,
    breaker: breakerOf(connector.name),
    receives: connector.webhook !== undefined,
  });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/connectors',
      id: 'listConnectors',
      tag: 'connectors',
      summary: { vi: 'Các hệ thống được kết nối', en: 'The connected systems' },
      scope: 'connectors.read',
      response: { 200: z.object({ items: z.array(item) }) },
      errors: [],
      example: {},
      handler: () => ({ items: connectors.map(shown) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/connectors/:name',
      id: 'getConnector',
      tag: 'connectors',
      summary: { vi: 'Một hệ thống được kết nối', en: 'One connected system' },
      scope: 'connectors.read',
      params: z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) }),
      response: { 200: item },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' } },
      handler: (call) => {
        const connector = connectors.find(({ name }) => name === call.params.name);
        if (!connector)
          fail('not-found', {
            detail: `No connector ${call.params.name}`,
            detailVi: `Không có kết nối ${call.params.name}`,
          });
        return shown(connector);
      },
    }),
  ];
}
