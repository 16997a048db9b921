/**
 * @module The three-field search: a citizen's dossier by its number, the citizen's number and the date of birth.
 *
 * A refusal tells nothing, neither by its words nor by its time: whether the dossier is not there, is another's or the
 * date is wrong, the same steps are taken. One question finds dossier and person together; where it finds nothing, a
 * person made up is opened and compared instead.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import { openingReaders } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { personHash, sealedFields } from './personal.ts';
import { type DossierRecord, findDossierOf } from './read-store.ts';
import type { DossierFields } from './shape.ts';

/** What a citizen has in hand. */
export interface ThreeFields {
  readonly dossierCode: string;
  readonly personalId: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
}

const NOBODY: DossierFields = {
  applicant: { kind: 'citizen', name: 'Không Có Ai', personalId: '001000000000', birthDate: '1900-01-01' },
};

export interface SearchOptions {
  readonly db: Queryable;
  readonly seal: Seal;
}

export class Search {
  readonly #options: SearchOptions;
  readonly #nobody: string;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#nobody = JSON.stringify(sealedFields(NOBODY, options.seal));
  }

  /** By what tries are counted. */
  person({ personalId }: ThreeFields): Buffer {
    return personHash(personalId, this.#options.seal);
  }

  /**
   * The dossier whose applicant this is; null for everything else.
   *
   * @param person as `person` tells it
   * @param spellings the code as it reads with other codes of its agency
   * @param permits whether the caller may touch it
   */
  async find(
    asked: ThreeFields,
    person: Buffer,
    spellings: readonly string[],
    permits: (record: DossierRecord) => boolean,
  ): Promise<DossierRecord | null> {
    const { db, seal } = this.#options;
    const record = await findDossierOf(db, asked.dossierCode, spellings, person);
    const { applicant } = record?.fields ?? (openingReaders(seal).json(this.#nobody) as DossierFields);
    const isPerson = timingSafeEqual(personHash(applicant?.personalId ?? '', seal), person);
    const isBorn = timingSafeEqual(seal.hash(applicant?.birthDate ?? ''), seal.hash(asked.birthDate));
    return record && isPerson && isBorn && permits(record) ? record : null;
  }
}
