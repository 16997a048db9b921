/** @module The notices that the tax authority has given out, and what is still owed on each. */
import type { Entry } from '../journal.ts';

export interface Notice {
  readonly dossier: string;
  /** SO_QUYET_DINH, which a voucher repeats as MaThongBaoThue. */
  readonly number: string;
  readonly taxCode: string;
  /** Đồng. */
  readonly amount: number;
}

/** A notice given out, or a payment of one. */
export type NoticeEntry =
  | (Entry & { readonly kind: 'notice'; readonly notice: Notice })
  | (Entry & { readonly kind: 'paid'; readonly number: string; readonly amount: number });

export class Notices {
  #byNumber = new Map<string, { notice: Notice; owed: number }>();

  put(entry: NoticeEntry): void {
    if (entry.kind === 'notice')
      this.#byNumber.set(entry.notice.number, { notice: entry.notice, owed: entry.notice.amount });
    else {
      const known = this.#byNumber.get(entry.number);
      if (known) known.owed -= entry.amount;
    }
  }

  /** The named notice, else the dossier's oldest on which something is owed. */
  find(dossier: string, number: string | null): { readonly notice: Notice; readonly owed: number } | null {
    if (number !== null) return this.#byNumber.get(number) ?? null;
    for (const known of this.#byNumber.values()) if (known.notice.dossier === dossier && known.owed > 0) return known;
    return null;
  }

  reset(): void {
    this.#byNumber = new Map();
  }
}
