/** @module The evidence of an installation: what may be asked for it, the key it is signed with, and its routes. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connector } from '../connector/define.ts';
import { titleOf } from '../connector/registry.ts';
import type { Route } from '../http/route.ts';
import type { AddressBook } from '../incidents/parties.ts';
import type { Print } from '../papers/press.ts';
import type { EvidenceSource } from './collect.ts';
import { evidenceRoutes } from './routes.ts';
import { openSigner } from './signing.ts';

export interface EvidenceOptions {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  readonly addressBook: AddressBook;
  readonly connectors: readonly Connector[];
  readonly print: Print;
  readonly destinations: readonly { readonly evidence: EvidenceSource | null }[];
  readonly publicUrl: string;
}

/** Its routes. */
export async function openEvidence(options: EvidenceOptions): Promise<Route[]> {
  const { pool, seal, catalogue, addressBook, connectors, print, destinations, publicUrl } = options;
  const deps = {
    pool,
    seal,
    catalogue,
    addressBook,
    sources: () => destinations.map(({ evidence }) => evidence).filter((source) => source !== null),
    nameOf: (system: string) => titleOf(connectors, system),
    signer: await openSigner(pool, seal),
    print,
    publicUrl,
  };
  return evidenceRoutes(deps);
}
