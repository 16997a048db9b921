/** @module Takes over what only the portal has: the dossier enters the timeline with the portal as its source. */
import type { PortalClient } from '../capabilities/portal.ts';
import type { Appender } from '../dossiers/append.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { rfc3339 } from '../http/answer.ts';

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
          fields: {
            agencyCode: parsed.agency,
            origin: 'portal',
            ...view.fields,
            // What stands there contains every pause that there was.
            ...(view.appointmentAt === null
              ? {}
              : { appointment: { at: rfc3339(view.appointmentAt), basis: 'ministry' as const } }),
          },
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
