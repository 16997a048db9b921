/** @module The dossier that a caller asks flags or causes of, with its rights checked. */
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Queryable } from '../db/queryable.ts';
import { findDossier } from '../dossiers/read-store.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { type ReportedDossier, reportedDossiers } from './report-store.ts';

/** @throws GatewayError dossier-not-found, forbidden-agency */
export async function findReported(
  db: Queryable,
  destination: string,
  agencies: AgenciesOn,
  code: string,
  caller: Caller,
): Promise<ReportedDossier> {
  const record = await findDossier(db, code, agencies.spellingsOf(code));
  if (record?.code == null)
    fail('dossier-not-found', { detail: `${code} is not registered`, detailVi: `Hồ sơ ${code} chưa được đăng ký` });
  if (!agencies.covers(caller.agencies, record.agencies))
    fail('forbidden-agency', {
      detail: `${code} belongs to another agency`,
      detailVi: `Hồ sơ ${code} thuộc cơ quan khác`,
    });
  const [dossier] = await reportedDossiers(db, destination, [record.id]);
  return dossier!;
}
