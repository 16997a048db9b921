/** @module What differs between our agencies and a side's list of them. Pure. */
import { type Agency, idOf } from '../../agencies/agency.ts';
import type { AgenciesOn } from '../../agencies/directory.ts';
import type { ListedAgency } from '../../capabilities/catalogue.ts';
import { agencyAncestors } from '../../dossiers/identifiers.ts';
import { alike } from './alike.ts';
import type { CatalogueDifference, CatalogueKind } from './kinds.ts';

/**
 * Those of another province or of a ministry that the list also holds are nothing of ours.
 *
 * @param all every agency there is or was here
 * @param agencies as they stand on the day
 * @returns in the order of the codes
 */
export function agencyDifferences(
  all: readonly Agency[],
  agencies: AgenciesOn,
  rows: readonly ListedAgency[],
): CatalogueDifference[] {
  const found: CatalogueDifference[] = [];
  const listed = new Set<string>();
  for (const row of rows) {
    const ours = agencies.find(row.code);
    if (ours) {
      listed.add(idOf(ours));
      compareBoth(ours, agencies, row, found);
    } else if (agencyAncestors(row.code).some((above) => agencies.find(above) !== null))
      found.push(difference('only-there', row.code, null, row.name ?? row.code));
  }
  for (const ours of all)
    if (agencies.exists(ours) && !listed.has(idOf(ours)))
      found.push(difference('only-here', agencies.codeOf(ours), ours.name, null));
  return found.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

function compareBoth(ours: Agency, agencies: AgenciesOn, row: ListedAgency, found: CatalogueDifference[]): void {
  const code = agencies.codeOf(ours);
  if (!agencies.exists(ours)) {
    const successors = agencies.successorsOf(ours).map(({ name }) => name);
    const last = agencies.lastDayOf(ours)?.split('-').reverse().join('/') ?? '';
    const into = successors.length === 0 ? '' : `, nay thuộc ${successors.join(', ')}`;
    found.push(difference('ended-here', row.code, `${ours.name}: đến hết ${last}${into}`, row.name ?? row.code));
    return;
  }
  if (row.code !== code) found.push(difference('code-differs', code, code, row.code));
  if (row.name !== null && !alike(row.name, ours.name))
    found.push(difference('name-differs', code, ours.name, row.name));
  if (row.parentCode === null) return;
  const parent = agencies.parentOf(ours);
  const theirs = agencies.find(row.parentCode);
  if (parent === null || theirs === null || idOf(parent) !== idOf(theirs))
    found.push(difference('parent-differs', code, parent && agencies.codeOf(parent), row.parentCode));
}

const difference = (
  kind: CatalogueKind,
  code: string,
  ours: string | null,
  theirs: string | null,
): CatalogueDifference => ({ subject: 'agency', kind, code, ours, theirs });
