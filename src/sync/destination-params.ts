/** @module The destination in the path of an operation: a name, one that there is, and who may decide about all of it. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';

export const destinationParams = z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) });

/** @returns what throws `not-found` for a name that no destination has */
export const knownAmong =
  (destinations: readonly { readonly name: string }[]) =>
  (wanted: string): void => {
    if (destinations.some(({ name }) => name === wanted)) return;
    const names = destinations.map(({ name }) => name).join(', ');
    fail('not-found', {
      detail: `No destination ${wanted}; there are: ${names}`,
      detailVi: `Không có hệ thống nhận ${wanted}; có: ${names}`,
    });
  };

/** What stops everybody's dossiers is decided only by who answers for every agency. @throws GatewayError forbidden-agency */
export function forAll(agencies: AgenciesOn, { agencies: own }: Pick<Caller, 'agencies'>): void {
  if (agencies.coversAll(own)) return;
  fail('forbidden-agency', {
    detail: 'It concerns the dossiers of every agency: only who has all of them may decide it.',
    detailVi: 'Việc này tác động đến hồ sơ của mọi cơ quan: chỉ người phụ trách tất cả các cơ quan được quyết định.',
  });
}
