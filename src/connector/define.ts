/** @module How an outside system is declared: everything the gateway derives from a connector stands in this one shape. */
import type { z } from 'zod';
import type { Capability } from '../capabilities/capability.ts';
import type { CatalogueSource } from '../capabilities/catalogue.ts';
import type { DeliveryProvider } from '../capabilities/delivery.ts';
import type { ExchangeProvider } from '../capabilities/exchange.ts';
import type { ChangeListing } from '../capabilities/listing.ts';
import type { PaymentProvider, PaymentReport } from '../capabilities/payments.ts';
import type { PortalClient } from '../capabilities/portal.ts';
import type { CommandResult, EventCommand } from '../dossiers/commands.ts';
import type { Bilingual, Violation } from '../errors.ts';
import type { Language } from '../http/language.ts';
import type { Credentials } from './credentials.ts';
import type { Operation } from './operation.ts';
import type { Quality } from './quality/rules.ts';
import type { Limit } from './quota.ts';
import type { SharedTokens } from './shared-tokens.ts';
import type { ShimDeclaration } from './shim.ts';
import type { Upstream } from './upstream.ts';

export type { CommandResult } from '../dossiers/commands.ts';

/** How sure the wire format is (data/systems.csv). */
export type WireConfidence = 'published' | 'observed' | 'assumed' | 'ours';

/** A push as it arrived, its proof already checked. */
export interface Push<Settings> {
  /** The operation named in the path, for systems that put it there. */
  readonly operation: string | null;
  readonly body: Buffer;
  readonly receivedAt: number;
  readonly settings: Settings;
  /** The language in which its sender reads faults. */
  readonly language: Language;
}

/** A row of a message whose rows go each its own way. */
export interface PushedRow {
  /** How the sender names its dossier, where that could be read. */
  readonly name: string | null;
  /** Which of the commands it became; null for one that could not be read. */
  readonly command: number | null;
  readonly violations: readonly Violation[];
}

/** What a push says in the gateway's terms. */
export type MappedPush =
  | { readonly commands: readonly EventCommand[]; readonly rows?: readonly PushedRow[] }
  /** What a payment platform tells of payments by itself. */
  | { readonly payments: readonly PaymentReport[] }
  /** It can't be read; whether the sender hears of it is the declaration's to say. */
  | { readonly unreadable: readonly Violation[]; readonly malformed: boolean }
  /** It can be read but holds a code that stands in no table of ours: kept aside for a person, under the sender's name of the dossier. */
  | { readonly unmapped: readonly Violation[]; readonly dossierRef: string };

/** The answer in the upstream's own form. */
export interface PushReply {
  readonly status: number;
  readonly body: unknown;
}

/** How a system pushes to us, and how it proves itself. */
export interface WebhookDeclaration<Settings> {
  /** `signature`: Standard Webhooks headers; `path-code`: operation and security code stand in the path; `checksum`: the message proves itself. */
  readonly proof: 'signature' | 'path-code' | 'checksum';
  /** The secrets that are right now: two while one is rotated. */
  secrets(settings: Settings): readonly string[];
  /** Operations of a `path-code` webhook; another one is not found. */
  readonly operations?: readonly string[];
  /** Addresses and networks (CIDR) it pushes from; none or an empty list lets any address try its proof. */
  addresses?(settings: Settings): readonly string[];
  /** Whether a message carries the checksum that one of the secrets gives; of a `checksum` webhook. */
  proves?(body: Buffer, secrets: readonly string[]): boolean;
  /** The message as it may be kept, where its proof stands in it. */
  kept?(body: Buffer): Buffer;
  /** The message as the document shows it; `map` is what reads it. */
  readonly message: z.ZodType;
  map(push: Push<Settings>): MappedPush;
  /** The upstream's own reply; without it the generic 202 and problem answers. A webhook that has one is never refused for shape: what can't be read is quarantined. */
  readonly reply?: {
    readonly schema: z.ZodType;
    /** Statuses that it may have beside 200 and 503. */
    readonly statuses?: readonly number[];
    taken(results: readonly CommandResult[], rows: readonly PushedRow[]): PushReply;
    /** To a sender that hears what is wrong with a message; without it such a message counts as taken. */
    unreadable?(violations: readonly Violation[]): PushReply;
    failed(message: string): PushReply;
  };
  readonly example: { readonly operation?: string; readonly body: unknown };
}

/** The HTTP client that a connector is given: it calls its own upstream and nothing else. */
export type Client = Pick<Upstream, 'name' | 'json' | 'text'>;

/** What the gateway gives a connector; it builds no client of its own. */
export interface ConnectorContext<Settings> {
  readonly settings: Settings;
  readonly upstream: Client;
  /** As `credentials` declares them, one for all that the connector does. */
  readonly credentials: Credentials;
  /** Where log-ins are shared with the other replicas: handed to what makes the credentials. */
  readonly tokens: SharedTokens;
  now(): number;
}

export interface ConnectorDeclaration<S extends z.ZodObject> {
  readonly name: string;
  readonly title: Bilingual;
  readonly capabilities: readonly Capability[];
  readonly wire: { readonly version: string; readonly confidence: WireConfidence; readonly note: Bilingual };
  /** Settings by their environment names without the connector's prefix; secrets carry `.meta({ secret: true })`. */
  readonly settings: S;
  /** Where its upstream lives, or null for a system that only calls us. */
  baseUrl(settings: z.output<S>): string | null;
  readonly timeoutMs: number;
  readonly connections: number;
  /** What the upstream allows in a time; an empty list where it is known to set none. */
  readonly limits?: readonly Limit<z.output<S>>[];
  readonly webhook?: WebhookDeclaration<z.output<S>>;
  /** Rules of its grade that it does not keep yet or that are of no use here, and those that a person vouches for. */
  readonly quality?: Quality;
  /** How it logs in, where it does. */
  credentials?(context: Omit<ConnectorContext<z.output<S>>, 'credentials'>): Credentials;
  /** The declared health call: asks nothing of a person or dossier, and is the only call while the breaker is open. */
  probe?(context: ConnectorContext<z.output<S>>): Promise<void>;
  /** Calls answered at once; a route for each. */
  readonly operations?: readonly Operation<z.output<S>>[];
  /** The `portal` capability: a destination of the sync, with its declared health call. */
  portal?(context: ConnectorContext<z.output<S>>): PortalClient;
  /** Its own wire, served by the gateway to those who would else post to it directly. */
  readonly shim?: ShimDeclaration<z.output<S>>;
  /** The `exchange` capability: dossiers are handed over and followed. */
  exchange?(context: ConnectorContext<z.output<S>>): ExchangeProvider;
  /** The `exchange` capability of a system that lists what has changed there, and is asked for it. */
  listing?(context: ConnectorContext<z.output<S>>): ChangeListing;
  /** The `payments` capability. */
  payments?(context: ConnectorContext<z.output<S>>): PaymentProvider;
  /** The `catalogue` capability: its own lists of procedures and agencies, held against the province's. */
  catalogue?(context: ConnectorContext<z.output<S>>): CatalogueSource;
  /** The `delivery` capability. */
  delivery?(context: ConnectorContext<z.output<S>>): DeliveryProvider;
}

/** A connector with its settings' type erased, as the registry holds it. */
export type Connector = ConnectorDeclaration<z.ZodObject>;

/** Declares a connector. */
export function defineConnector<S extends z.ZodObject>(declaration: ConnectorDeclaration<S>): Connector {
  return declaration as unknown as Connector;
}
