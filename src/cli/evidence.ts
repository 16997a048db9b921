/** @module Evidence packs from the command line: the destinations are asked what they show, as the gateway asks them. */
import { openConnections } from '../connector/connections.ts';
import type { EvidenceSource } from '../evidence/collect.ts';
import { openEvidence } from '../evidence/open.ts';
import { Witness } from '../evidence/witness.ts';
import type { Route } from '../http/route.ts';
import { readAddressBook } from '../incidents/parties.ts';
import { Press } from '../papers/press.ts';
import type { Place } from './place.ts';

/** The operations, over connections of this process's own. */
export async function openEvidenceHere(place: Place): Promise<Route[]> {
  const { pool, seal, catalogue, profile, config, connectors, publicUrl, log, now } = place;
  const connections = openConnections({
    connectors,
    settingsOf: (name) => config.connectors[name] ?? {},
    now,
    observed() {},
    timeoutMsOf: (connector) => (connector.portal ? config.SYNC_REQUEST_TIMEOUT_MS : connector.timeoutMs),
  });
  const evidenceOf = (name: string): EvidenceSource | null => {
    const connection = connections.get(name);
    if (!connection?.connector.portal) return null;
    const witness = new Witness({ destination: name, db: pool, seal, log, now });
    const context = { ...connection.context, upstream: witness.client(connection.context.upstream) };
    const rules = () => ({ profile: profile(name), catalogue: catalogue() });
    return { name, portal: connection.connector.portal(context), witness, rules };
  };
  return openEvidence({
    pool,
    seal,
    catalogue,
    addressBook: await readAddressBook(config.INCIDENT_PARTIES_FILE),
    connectors,
    print: new Press().print,
    destinations: place.destinations.map(({ name }) => ({ evidence: evidenceOf(name) })),
    publicUrl,
  });
}
