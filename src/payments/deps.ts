/** @module What every part of the payments' domain works with. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { BeneficiaryAccount, PaymentProvider } from '../capabilities/payments.ts';
import type { PortalClient } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Log } from '../log.ts';

export interface PaymentsDeps {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  readonly appender: Pick<Appender, 'append'>;
  /** The platforms of this installation, by their connectors' names, in the order of the registry. */
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  /** Whom a payment to an agency is credited to; null where none is known. */
  readonly accountOf: (agencyCode: string) => BeneficiaryAccount | null;
  /** The portal, to see what it shows; null where this installation writes nothing to it. */
  readonly portal: Pick<PortalClient, 'read'> | null;
  readonly settings: PaymentSettings;
  readonly log: Log;
  readonly now: () => number;
}

export interface PaymentSettings {
  /** How long a page can be paid at, in milliseconds. */
  readonly pageMs: number;
  /** After what is open or unknown is first asked about. */
  readonly askAfterMs: number;
}
