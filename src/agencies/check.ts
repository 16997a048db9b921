/** @module What is wrong with a list of agencies as a whole: unknown names, rings, codes that two hold at once. Pure. */
import type { Violation } from '../errors.ts';
import { type Agency, idOf } from './agency.ts';
import { Directory, LAST_DAY } from './directory.ts';

/**
 * The faults of agencies that are about to be written, in Vietnamese, for operators.
 *
 * @param all every agency, those about to be written included
 * @param rows those about to be written, as they will stand, in the order of their file
 */
export function faultsOf(all: readonly Agency[], rows: readonly Agency[]): Violation[] {
  const directory = new Directory(all);
  return rows.flatMap((agency, row) => {
    const at = (path: string, message: string): Violation => ({ path: `$[${row}].${path}`, message });
    return [
      ...datesOf(agency, at),
      ...namesOf(agency, directory, at),
      ...codesOf(agency, directory, at),
      ...ringsOf(agency, directory, at),
    ];
  });
}

type At = (path: string, message: string) => Violation;

function datesOf({ effectiveFrom, effectiveTo, formerCodes = [] }: Agency, at: At): Violation[] {
  const found: Violation[] = [];
  if (effectiveFrom && effectiveTo && effectiveTo < effectiveFrom)
    found.push(at('effectiveTo', 'Ngày hết hiệu lực trước ngày có hiệu lực.'));
  for (const [i, former] of formerCodes.entries())
    if (former.effectiveFrom && former.effectiveTo < former.effectiveFrom)
      found.push(at(`formerCodes[${i}].effectiveTo`, `Mã ${former.code} hết hiệu lực trước ngày có hiệu lực.`));
  return found;
}

/** Each is named by a code that somebody holds. */
function namesOf({ parentCode, formerParents = [], predecessors = [] }: Agency, directory: Directory, at: At) {
  const unknown = (code: string): boolean => directory.holders(code).length === 0;
  return [
    ...(parentCode !== null && unknown(parentCode)
      ? [at('parentCode', `Cơ quan cấp trên ${parentCode} không có trong danh mục và không có trong tệp.`)]
      : []),
    ...formerParents.flatMap(({ code }, i) =>
      unknown(code)
        ? [at(`formerParents[${i}].code`, `Cơ quan cấp trên trước đây ${code} không có trong danh mục.`)]
        : [],
    ),
    ...predecessors.flatMap(({ code }, i) =>
      unknown(code)
        ? [
            at(
              `predecessors[${i}].code`,
              `Cơ quan ${code} được sáp nhập không có trong danh mục và không có trong tệp.`,
            ),
          ]
        : [],
    ),
  ];
}

/** A code is one agency's at a time; only a successor may take over that of another. */
function codesOf(agency: Agency, directory: Directory, at: At): Violation[] {
  const codes = [
    { code: agency.code, path: 'code' },
    ...(agency.formerCodes ?? []).map(({ code }, i) => ({ code, path: `formerCodes[${i}].code` })),
  ];
  return codes.flatMap(({ code, path }) => {
    const holders = directory.holders(code);
    const own = holders.find((holder) => holder.agency === agency)!;
    for (const holder of holders) {
      if (holder.agency === agency || isHeir(holder.agency, agency, directory)) continue;
      if (!isHeir(agency, holder.agency, directory))
        return [
          at(
            path,
            `Mã ${code} là của ${holder.agency.name}: chỉ đơn vị kế thừa mới được dùng lại (khai ở predecessors, đặt id riêng).`,
          ),
        ];
      if (own.from === null)
        return [at('effectiveFrom', `Cần ngày có hiệu lực: mã ${code} trước đó là của ${holder.agency.name}.`)];
    }
    return [];
  });
}

/** Whether one has taken over the other, at once or by way of others. */
function isHeir(agency: Agency, former: Agency, directory: Directory, seen = new Set<Agency>()): boolean {
  if (seen.has(former)) return false;
  seen.add(former);
  return directory
    .successorsOf(former, LAST_DAY)
    .some((successor) => successor === agency || isHeir(agency, successor, directory, seen));
}

function ringsOf(agency: Agency, directory: Directory, at: At): Violation[] {
  const found: Violation[] = [];
  const latest = directory.on(LAST_DAY);
  const seen = new Set<string>();
  for (let above = latest.parentOf(agency); above !== null; above = latest.parentOf(above)) {
    if (above === agency) {
      found.push(at('parentCode', `Cơ quan cấp trên ${agency.parentCode} nằm dưới chính ${agency.code}.`));
      break;
    }
    if (seen.has(idOf(above))) break;
    seen.add(idOf(above));
  }
  const isOwnPredecessor = (agency.predecessors ?? []).some(
    (predecessor) =>
      directory.holders(predecessor.code).length > 0 && directory.predecessor(agency, predecessor) === null,
  );
  if (isOwnPredecessor || isHeir(agency, agency, directory))
    found.push(
      at('predecessors', `${agency.code} được khai là kế thừa của chính mình; đơn vị mới dùng lại mã cũ cần id riêng.`),
    );
  return found;
}
