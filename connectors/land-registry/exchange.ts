/** @module Land dossiers handed to VBDLIS: taken in, supplemented, their result handed over or called wrong. It tells of them by its pushes. */
import type { ContentOf, ExchangeProvider, Found, Submission } from '../../src/capabilities/exchange.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { call, read } from './call.ts';
import { PROCESSES, readProcesses } from './catalogue.ts';
import {
  type CatalogueRow,
  processFor,
  receiptOf,
  receiptQuestion,
  shows,
  toHandOver,
  toSupplement,
  toTiepNhanHoSo,
  toWrongResult,
} from './province-mapping.ts';
import * as wire from './province-wire.ts';
import type { Settings } from './settings.ts';

const NAME = 'land-registry';
/** The catalogue of its processes changes with the law. */
const CATALOGUE_LASTS = 60 * 60 * 1000;

type LandSubmission = Omit<Submission, 'content'> & { readonly content: ContentOf<'land'> };

export function landExchange(context: ConnectorContext<Settings>): ExchangeProvider {
  const { settings } = context;
  const processOf = processes(context);
  const post = async (operation: string, path: string, json: object): Promise<void> => {
    await call(context, { operation, method: 'POST', path, json });
  };

  return {
    name: NAME,
    takes: ['land'],
    async submit(submission) {
      const land = landOf(submission);
      await post(
        'TiepNhanHoSo',
        settings.PATH_SUBMIT,
        toTiepNhanHoSo(land, land.content.process ?? (await processOf(land))),
      );
      return receiptOf(land);
    },
    acts: {
      supplement: ({ number }, details) =>
        post('CapNhatTrangThaiBoSungHoSo', settings.PATH_SUPPLEMENT, toSupplement(number!, details)),
      'hand-over': ({ number }, details) =>
        post('CapNhatKetQuaTraHoSo', settings.PATH_HAND_OVER, toHandOver(number!, details)),
      'wrong-result': ({ number }, details) =>
        post('PhanHoiHoSoSaiKetQua', settings.PATH_WRONG_RESULT, toWrongResult(number!, details)),
    },
    async wasDone(act, { submission }): Promise<Found> {
      const number = receiptOf(landOf(submission));
      // It keeps one dossier for each receipt number: where it cannot be asked, doing the same again is the question.
      if (!settings.READS_DOSSIERS) return { state: 'unclear', mayRepeat: true };
      const query = receiptQuestion(number);
      const operation = 'GetThongTinHoSo';
      const found = await read(context, { operation, method: 'GET', path: `/${operation}`, query }, wire.dossierData);
      if (found === null) return { state: 'not-done' };
      if (act === 'submit') return { state: 'done', number };
      if (act === 'withdraw') return { state: 'unclear', mayRepeat: false };
      return shows(act, found) ? { state: 'done', number } : { state: 'not-done' };
    },
  };
}

/** Handed to this provider only with content that it takes. */
const landOf = (submission: Submission): LandSubmission => submission as LandSubmission;

/** The registry's process for a procedure, by its own catalogue. */
function processes(context: ConnectorContext<Settings>) {
  let known: { readonly at: number; readonly rows: readonly CatalogueRow[] } | null = null;
  return async ({ dossier }: LandSubmission): Promise<CatalogueRow> => {
    if (known === null || context.now() - known.at > CATALOGUE_LASTS) {
      known = { at: context.now(), rows: await readProcesses(context) };
    }
    const words = `the land registry's catalogue has no process for procedure ${dossier.procedureCode}: send content.process`;
    const found = processFor(dossier.procedureCode, known.rows);
    if (found) return found;
    throw new UpstreamError('rejected', { upstream: NAME, operation: PROCESSES, outcome: 'not-done', words });
  };
}
