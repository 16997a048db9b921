/** @module What a declaration promises and no type can hold, of our own connectors as of those that come from outside. */
import { z } from 'zod';
import { CAPABILITIES } from '../capabilities/capability.ts';
import type { Connector } from './define.ts';

/** Where in the declaration (a JSON pointer), and what is wrong there. */
export interface DeclarationFault {
  readonly pointer: string;
  readonly reason: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** A setting of such a name must never be shown. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|SECURITY_CODE|PRIVATE_KEY/;

const bilingual = z.object({ vi: z.string().min(1), en: z.string().min(1) });
const isFunction = z.custom((value) => typeof value === 'function', 'must be a function');
const isSchema = z.custom<z.ZodObject>(
  (value) => typeof value === 'object' && value !== null && 'shape' in value && 'safeParse' in value,
  'must be a z.object of zod 4',
);

const operation = z.looseObject({
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  capability: z.enum(CAPABILITIES),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  path: z.string().startsWith('/v1/'),
  summary: bilingual,
  scope: z.string().regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/),
  effect: z.enum(['read', 'write']),
  personalData: z.union([z.boolean(), z.literal('answered')]),
  params: isSchema.optional(),
  query: isSchema.optional(),
  input: isSchema.optional(),
  output: isSchema,
  example: z.looseObject({}),
  errors: z.array(z.string()),
  run: isFunction,
});

const declaration = z.looseObject({
  name: z.string().regex(NAME, 'must be lower-case words joined by hyphens'),
  title: bilingual,
  capabilities: z.array(z.enum(CAPABILITIES)).min(1),
  wire: z.object({
    version: z.string().min(1),
    confidence: z.enum(['published', 'observed', 'assumed', 'ours']),
    note: bilingual,
  }),
  settings: isSchema,
  baseUrl: isFunction,
  timeoutMs: z.number().min(100),
  connections: z.number().int().min(1),
  operations: z.array(operation).optional(),
});

/** Whether a value is a connector as far as its shape goes. */
export function shapeFaults(value: unknown): DeclarationFault[] {
  const { error } = declaration.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => ({ pointer: `/${path.join('/')}`, reason: message }));
}

/** The faults of a connector whose shape is right. */
export function declarationFaults(connector: Connector): DeclarationFault[] {
  return [
    ...capabilityFaults(connector),
    ...settingFaults(connector),
    ...operationFaults(connector),
    ...webhookFaults(connector),
  ];
}

function* capabilityFaults(connector: Connector): Generator<DeclarationFault> {
  const { capabilities, operations = [] } = connector;
  if (capabilities.includes('portal') !== (connector.portal !== undefined))
    yield { pointer: '/portal', reason: 'does not agree with the capabilities' };
  for (const slot of ['exchange', 'payments', 'delivery'] as const)
    if (connector[slot] && !capabilities.includes(slot))
      yield { pointer: `/${slot}`, reason: 'does not agree with the capabilities' };
  for (const [index, { capability }] of operations.entries())
    if (!capabilities.includes(capability))
      yield { pointer: `/operations/${index}/capability`, reason: 'is none of the connector’s capabilities' };
  const calls = operations.length > 0 || connector.exchange || connector.payments || connector.delivery;
  if (calls && !connector.probe)
    yield { pointer: '/probe', reason: 'is missing: without a health call an open breaker would never close again' };
}

function* settingFaults({ settings }: Connector): Generator<DeclarationFault> {
  for (const [key, schema] of Object.entries(settings.shape)) {
    const pointer = `/settings/${key}`;
    const meta = metaOf(schema as z.ZodType);
    if (!/^[A-Z][A-Z0-9_]*$/.test(key)) yield { pointer, reason: 'is no name of an environment variable' };
    if (!meta.description) yield { pointer, reason: 'has no description' };
    if (SECRET_NAME.test(key) && meta.secret !== true) yield { pointer, reason: 'is not marked secret' };
  }
}

/** What was said of a schema, also when a default or `.optional()` was wrapped around it afterwards. */
function metaOf(schema: z.ZodType): { description?: string; secret?: boolean } {
  const said = schema.meta();
  if (said !== undefined) return said as { description?: string; secret?: boolean };
  return 'unwrap' in schema && typeof schema.unwrap === 'function' ? metaOf(schema.unwrap()) : {};
}

/** The example must be what the operation takes, and no name may stand in two places. */
function* operationFaults({ operations = [] }: Connector): Generator<DeclarationFault> {
  for (const [index, each] of operations.entries()) {
    const pointer = `/operations/${index}`;
    if (!each.scope.startsWith(`${each.capability}.`))
      yield { pointer: `${pointer}/scope`, reason: `must begin with ${each.capability}.` };
    if (each.personalData === true && (each.method === 'GET' || each.query))
      yield { pointer: `${pointer}/method`, reason: 'personal data stands in no address: POST it in the input' };
    if (each.cache && each.effect === 'write') yield { pointer: `${pointer}/cache`, reason: 'a write is never cached' };
    const names = [each.params, each.query, each.input].flatMap((part) => Object.keys(part?.shape ?? {}));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) yield { pointer, reason: `${twice} stands in two of path, query and body` };
    const inPath = [...each.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    for (const name of inPath)
      if (!each.params?.shape[name]) yield { pointer: `${pointer}/params`, reason: `lacks ${name} of the path` };
    for (const [part, given] of [
      ['params', each.example.params],
      ['query', each.example.query],
      ['input', each.example.body],
    ] as const) {
      const issue = each[part]?.safeParse(given ?? {}).error?.issues[0];
      if (issue)
        yield {
          pointer: `${pointer}/example`,
          reason: `is not taken at ${part} ${issue.path.join('.')}: ${issue.message}`,
        };
    }
  }
}

/** The example of a webhook must be what the webhook takes. */
function* webhookFaults({ webhook, settings }: Connector): Generator<DeclarationFault> {
  if (!webhook) return;
  const { operation: example = null } = webhook.example;
  if (webhook.proof === 'path-code' && !webhook.operations?.includes(example ?? ''))
    yield { pointer: '/webhook/example/operation', reason: 'is none of its operations' };
  const mapped = webhook.map({
    operation: example,
    body: Buffer.from(JSON.stringify(webhook.example.body)),
    receivedAt: Date.now(),
    settings: settings.parse({}),
    language: 'en',
  });
  if (!('commands' in mapped || 'payments' in mapped))
    yield { pointer: '/webhook/example/body', reason: `is not taken: ${JSON.stringify(mapped)}` };
}
