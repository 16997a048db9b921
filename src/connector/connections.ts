/** @module The upstreams of this installation: one client, one breaker and one log-in for each connector that has an address. */
import { processStore, type SharedStore } from '../shared/store.ts';
import { type NoteFailure, noting } from './broken-answers.ts';
import { NO_CREDENTIALS } from './credentials.ts';
import type { Client, Connector, ConnectorContext } from './define.ts';
import { Quota } from './quota.ts';
import { type SharedTokens, sharedTokens, UNSHARED } from './shared-tokens.ts';
import { PROBE, Traffic } from './traffic.ts';
import { type Refusal, Upstream, type UpstreamOptions } from './upstream.ts';

type Settings = Readonly<Record<string, unknown>>;
type Basis = Omit<ConnectorContext<Settings>, 'credentials' | 'tokens'> & { readonly tokens?: SharedTokens };

export interface ConnectionsOptions {
  readonly connectors: readonly Connector[];
  readonly settingsOf: (name: string) => Settings;
  readonly now: () => number;
  /** What replicas share; without it this process is by itself. */
  readonly shared?: SharedStore;
  /** Told of every finished call. */
  readonly observed: (upstream: string, ...call: Parameters<NonNullable<UpstreamOptions['observed']>>) => void;
  /** Told of every call that was not made. */
  readonly refused?: (upstream: string, operation: string, why: Refusal) => void;
  /** Told of every failure on its way to who asked. */
  readonly failed?: NoteFailure;
  /** What a call may take where it is not the connector's to say: the sync has its own. */
  readonly timeoutMsOf?: (connector: Connector) => number;
  /** Milliseconds from a breaker's opening to its first probe. */
  readonly breakerResetMs?: number;
}

/** A connector joined to its upstream. */
export interface Connection {
  readonly connector: Connector;
  readonly upstream: Upstream;
  readonly context: ConnectorContext<Settings>;
  readonly traffic: Traffic;
  readonly quota: Quota;
  /** Told of whatever was thrown at a call of it. */
  readonly failed: NoteFailure;
  /** The declared health call; null where none is declared. */
  readonly probe: (() => Promise<void>) | null;
}

/** A capability whose contract our own domain code drives. */
type ProviderSlot = 'exchange' | 'listing' | 'payments' | 'delivery' | 'catalogue';
type ProviderOf<K extends ProviderSlot> = ReturnType<NonNullable<Connector[K]>>;

export interface Connections {
  /** Null where the installation has no address for it. */
  get(name: string): Connection | null;
  readonly all: readonly Connection[];
  /** Every configured provider of a capability by its connector's name, in the order of the registry. */
  providers<K extends ProviderSlot>(capability: K): ReadonlyMap<string, ProviderOf<K>>;
  close(): Promise<void>;
}

/** Makes the connections; nothing is called yet. */
export function openConnections(options: ConnectionsOptions): Connections {
  const connections = new Map<string, Connection>();
  for (const connector of options.connectors) {
    const connection = connect(connector, options);
    if (connection) connections.set(connector.name, connection);
  }
  const made = new Map<string, unknown>();
  return {
    get: (name) => connections.get(name) ?? null,
    all: [...connections.values()],
    providers<K extends ProviderSlot>(capability: K) {
      const providers = new Map<string, ProviderOf<K>>();
      for (const [name, { connector, context, failed }] of connections) {
        if (!connector[capability]) continue;
        const key = `${capability} ${name}`;
        if (!made.has(key)) made.set(key, noting(connector[capability](context), failed));
        providers.set(name, made.get(key) as ProviderOf<K>);
      }
      return providers;
    },
    async close() {
      await Promise.all([...connections.values()].map(({ upstream }) => upstream.close()));
    },
  };
}

function connect(connector: Connector, options: ConnectionsOptions): Connection | null {
  const { now, observed, refused, shared = processStore(), timeoutMsOf, breakerResetMs } = options;
  const { name } = connector;
  const settings = options.settingsOf(name);
  const baseUrl = connector.baseUrl(settings);
  if (baseUrl === null) return null;
  const traffic = new Traffic(now);
  const quota = new Quota({ upstream: name, limits: connector.limits ?? [], settings, shared, now });
  const upstream = new Upstream({
    name,
    baseUrl,
    connections: connector.connections,
    timeoutMs: timeoutMsOf?.(connector) ?? connector.timeoutMs,
    now,
    ...(breakerResetMs === undefined ? {} : { breakerResetMs }),
    quota,
    isProbed: connector.probe !== undefined,
    refused: (...call) => refused?.(name, ...call),
    observed: (...call) => {
      traffic.called(...call);
      observed(name, ...call);
    },
  });
  const tokens = sharedTokens(shared, `${name} at ${baseUrl}`, now);
  const probing = probingContext(connector, { settings, upstream, now });
  return {
    connector,
    upstream,
    context: contextOf(connector, { settings, upstream, now, tokens }),
    traffic,
    quota,
    failed: options.failed ?? (() => {}),
    probe: connector.probe ? () => connector.probe!(probing) : null,
  };
}

/** The probe's calls pass an open breaker, with a log-in of their own that does too, and count under one name. */
function probingContext(connector: Connector, basis: Basis): ConnectorContext<Settings> {
  const { upstream } = basis;
  const probe = { operation: PROBE, isProbe: true, repeat: 'never' } as const;
  const client: Client = {
    name: upstream.name,
    json: (call) => upstream.json({ ...call, ...probe }),
    text: (call) => upstream.text({ ...call, ...probe }),
  };
  return contextOf(connector, { ...basis, upstream: client });
}

/** What a connector is given of its connection, its log-in included. */
export function contextOf(connector: Connector, basis: Basis): ConnectorContext<Settings> {
  const shared = { ...basis, tokens: basis.tokens ?? UNSHARED };
  return { ...shared, credentials: connector.credentials?.(shared) ?? NO_CREDENTIALS };
}
