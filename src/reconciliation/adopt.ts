/** @module Takes over what only the portal has: the dossier enters the timeline with the portal as its source. */
import type { PortalClient } from '../capabilities/portal.ts';
import type { Appender } from '../dossiers/append.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { rfc3339 } from '../http/answer.ts';
import { seenRegistration } from '../sync/complete.ts';

/** @returns whether it is ours now */
export type Adopt = (code: string) => Promise<boolean>;

export function adoptFrom(portal: PortalClient, appender: Pick<Appender, 'append'>): Adopt {
  return async (code) => {
    const view = await portal.read(code);
    const parsed = parseDossierCode(code);
    if (!view || !parsed) return false;
    const { appointmentAt: at } = view;
    // What stands there contains every pause that there was.
    const appointment = at === null ? {} : { appointment: { at: rfc3339(at), basis: 'ministry' as const } };
    const fields = { agencyCode: parsed.agency, origin: 'portal' as const, ...view.fields, ...appointment };
    const [result] = await appender.append({ commands: [seenRegistration(code, fields)], raw: null });
    return result!.outcome === 'accepted';
  };
}
