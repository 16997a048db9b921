/** @module What an iGate posted of a dossier in the portal's own terms and our shape has no place for: kept aside, and said to the portal as it was posted. Pure. */
import type { DossierFields } from '../../src/capabilities/portal.ts';
import { type DossierRecord, LISTS } from './wire.ts';

/** Under this name it stands beside the dossier's fields. */
export const POSTED = 'national-portal';

type Posted = NonNullable<DossierFields['posted']>[string];
type Item = Readonly<Record<string, string>>;

/** Whether an entry of a list has what our own shape asks of it; else it is kept whole. */
export function hasPlace(list: string, item: Item): boolean {
  if (list === 'TaiLieuNop') return Boolean(item.TenTepDinhKem);
  if (list === 'DanhSachLePhi') return Boolean(item.MaPhiLePhi && item.TenPhiLePhi && item.Gia);
  return Boolean(item.TenGiayTo);
}

/** Lays what was posted over our record: texts that we cannot say, and in lists the fields that we have no name for. */
export function lay(record: DossierRecord, posted: Posted | undefined): DossierRecord {
  if (!posted) return record;
  const laid: Record<string, string | readonly Item[]> = { ...record };
  for (const [name, text] of Object.entries(posted.texts)) {
    // What was paid since is known better from the payment itself.
    if (name === 'DuocThanhToanTrucTuyen' && record[name] !== undefined) continue;
    laid[name] = text;
  }
  for (const [name, items] of Object.entries(posted.lists))
    laid[name] = name === 'DinhDanhCHS' ? items : layList(name, (record[name] ?? []) as readonly Item[], items);
  return laid;
}

function layList(name: string, ours: readonly Item[], posted: readonly Item[]): readonly Item[] {
  const keyOf = (item: Item): string => (LISTS[name] ?? []).map((key) => item[key] ?? '').join('\u0000');
  const byKey = new Map(posted.map((item) => [keyOf(item), item]));
  return [
    ...ours.map((item) => ({
      ...byKey.get(keyOf(item)),
      ...Object.fromEntries(
        Object.entries(item).filter(([key, value]) => value !== '' || !byKey.get(keyOf(item))?.[key]),
      ),
    })),
    ...posted.filter((item) => !hasPlace(name, item)),
  ];
}
