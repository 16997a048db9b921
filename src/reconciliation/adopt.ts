/** @module Takes over what only the portal has: the dossier enters the timeline with the portal as its source. */
import type { PortalClient } from '../capabilities/portal.ts';
import type { Appender } from '../dossiers/append.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';

/** @returns whether it is ours now */
export type Adopt = (code: string) => Promise<boolean>;

export function adoptFrom(portal: PortalClient, appender: Pick<Appender, 'append'>): Adopt {
  return async (code) => {
    const view = await portal.read(code);
    const parsed = parseDossierCode(code);
    if (!view || !parsed) return false;
    const [result] = await appender.append({
      commands: [
        {
          type: 'register',
          source: 'national-portal',
          code,
          fields: { agencyCode: parsed.agency, origin: 'portal', ...view.fields },
          mode: 'complete',
          ifMatch: null,
          reason: null,
          agencies: null,
          author: 'gateway',
          seenAt: 'national-portal',
        },
      ],
      raw: null,
    });
    return result!.outcome === 'accepted';
  };
}
