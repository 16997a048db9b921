/** @module A connector joined to an address that nock answers: what is unexpected fails, and so does what was expected and never came. */
import nock from 'nock';
import { expect, onTestFinished } from 'vitest';
import { openConnections } from '../../src/connector/connections.ts';
import type { Connector } from '../../src/connector/define.ts';
import type { OperationContext } from '../../src/connector/operation.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';

export const ADDRESS = 'http://127.0.0.1:9';

export type Settings = Readonly<Record<string, unknown>>;

/** The connector's context as a call of the gateway has it. */
export function joined(
  connector: Connector,
  env: Readonly<Record<string, string>> = {},
  now: () => number = Date.now,
): { readonly context: OperationContext<Settings>; readonly at: nock.Scope; readonly probe: () => Promise<void> } {
  const settings = connector.settings.parse({ BASE_URL: ADDRESS, ...env });
  const connections = openConnections({ connectors: [connector], settingsOf: () => settings, now, observed() {} });
  const { context } = connections.get(connector.name)!;
  nock.disableNetConnect();
  const unexpected: string[] = [];
  const onUnexpected = ({ method, url }: Request): void => {
    unexpected.push(`${method} ${url}`);
  };
  nock.emitter.on('no match', onUnexpected);
  onTestFinished(async () => {
    const unused = nock.pendingMocks();
    nock.emitter.off('no match', onUnexpected);
    nock.cleanAll();
    nock.restore();
    nock.activate();
    await connections.close();
    expect({ unexpected, unused }).toEqual({ unexpected: [], unused: [] });
  });
  const access = { purpose: 'dossier-processing', dossier: 'H15.58-260310-8001', officer: 'cb-204' };
  return {
    context: {
      ...context,
      signal: new AbortController().signal,
      act: { id: '00000000-0000-4000-8000-000000000001', isRepeat: false },
      access,
      language: 'en',
    },
    at: nock(ADDRESS),
    probe: async () => connector.probe?.(context),
  };
}

/** Runs one of the connector's operations as its route would, the input parsed first. */
export function run(
  connector: Connector,
  id: string,
  context: OperationContext<Settings>,
  input: object,
): Promise<unknown> {
  const operation = connector.operations!.find((offered) => offered.id === id)!;
  const { params, input: body } = operation;
  const parsed = { ...(params?.parse(input) as object), ...(body?.parse(input) as object) };
  return operation.run(context, parsed).then((answer) => operation.output.parse(answer));
}

/** The failure that a call ends in. */
export async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const error = await call.then(
    (answer) => answer,
    (reason: unknown) => reason,
  );
  if (error instanceof UpstreamError) return error;
  throw error instanceof Error ? error : new Error(`no failure: ${JSON.stringify(error)}`);
}
