/** @module Births, deaths and marriages handed to the civil status system, which is asked about them in batches and never calls. */
import type {
  ContentKind,
  ExchangeProvider,
  Found,
  Submission,
  Tracked,
  TrackedRef,
} from '../../src/capabilities/exchange.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { type CivilSubmission, toDongBoHoSo } from './forms.ts';
import {
  isThere,
  MEANING_OF,
  MODULE_OF,
  readRecord,
  resultIn,
  toQuestion,
  toTracked,
  toWithdrawal,
} from './mapping.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

const NAME = 'civil-status';
const DONE = '1';

export function civilExchange(context: ConnectorContext<Settings>): ExchangeProvider {
  const { settings } = context;

  const push = async (operation: string, path: string, json: object): Promise<void> => {
    const answer = parseAnswer(wire.pushReply, await post(operation, path, json), { upstream: NAME, operation });
    if (answer.status !== DONE) throw refusal(operation, answer.errorDescription || answer.statusDescription);
  };
  const post = (
    operation: string,
    path: string,
    json: object,
    more: { signal?: AbortSignal; repeat?: 'harmless' } = {},
  ) =>
    context.credentials.withToken((token) =>
      context.upstream.json({
        operation,
        method: 'POST',
        path,
        json,
        headers: { authorization: `Bearer ${token}` },
        ...more,
      }),
    );

  /** What it tells of dossiers of one matter, by their numbers. */
  async function poll(module: wire.Module, numbers: readonly string[], signal?: AbortSignal) {
    const operation = 'layKetQua';
    const json = toQuestion(module, numbers, settings.PROVINCE);
    const answer = await post(operation, settings.PATH_POLL, json, {
      repeat: 'harmless',
      ...(signal ? { signal } : {}),
    });
    const { status, statusDescription, value } = parseAnswer(wire.pollReply, answer, { upstream: NAME, operation });
    if (status !== DONE) throw refusal(operation, statusDescription);
    return Map.groupBy((value ?? []).map(readRecord), ({ number }) => number);
  }

  const tracked = async (refs: readonly TrackedRef[]): Promise<readonly Tracked[]> => {
    const byMatter = Map.groupBy(refs, ({ kind }) => moduleOf(kind));
    const told = new Map<string, Tracked>();
    for (const [module, some] of byMatter) {
      const records = await poll(
        module,
        some.map(({ number }) => number),
      );
      for (const { number } of some)
        told.set(
          number,
          toTracked(
            (records.get(number) ?? []).map(({ step }) => step),
            settings.TIMES_ARE,
          ),
        );
    }
    return refs.map(({ number }) => told.get(number)!);
  };
  const trackedOne = async ({ dossier, content }: Submission): Promise<Tracked> =>
    (await tracked([{ number: dossier.code, kind: content.kind }]))[0]!;

  const submit = async (submission: Submission): Promise<string> => {
    const office = { province: settings.PROVINCE };
    await push('dongBoHoSo', settings.PATH_SUBMIT, toDongBoHoSo(submission as CivilSubmission, office));
    return submission.dossier.code;
  };

  return {
    name: NAME,
    takes: ['birth', 'death', 'marriage'],
    submit,
    acts: {
      // It takes a supplement as the dossier once more, with the papers that are new.
      supplement: async ({ submission }, { papers }) => void (await submit({ ...submission, papers })),
      ...(settings.PATH_WITHDRAW === ''
        ? {}
        : {
            withdraw: ({ submission }, { reason }) =>
              push('rutHoSo', settings.PATH_WITHDRAW, toWithdrawal(submission.dossier.code, reason)),
          }),
    },
    async wasDone(act, { submission }): Promise<Found> {
      const told = await trackedOne(submission);
      const there = isThere(told);
      if (there === null) return { state: 'unclear', mayRepeat: false };
      const isDone =
        act === 'submit'
          ? there
          : act === 'supplement'
            ? !isAt(told, '2')
            : act === 'withdraw'
              ? isAt(told, '6')
              : false;
      return isDone ? { state: 'done', number: submission.dossier.code } : { state: 'not-done' };
    },
    track: { batch: settings.POLL_BATCH, minMs: settings.POLL_MIN_MS, maxMs: settings.POLL_MAX_MS, read: tracked },
    async results({ submission }, signal) {
      const { dossier, content } = submission;
      const records = (await poll(moduleOf(content.kind), [dossier.code], signal)).get(dossier.code) ?? [];
      const result = resultIn(records);
      return result ? [result] : [];
    },
  };
}

/** Whether the last step told is this one of its statuses. */
const isAt = ({ statusThere }: Tracked, code: string): boolean => statusThere === MEANING_OF[code]!.words;

/** Handed to this provider only with content that it takes. */
const moduleOf = (kind: ContentKind): wire.Module => MODULE_OF[kind as Exclude<ContentKind, 'land'>];

const refusal = (operation: string, words: string | null | undefined): UpstreamError =>
  new UpstreamError('rejected', { upstream: NAME, operation, outcome: 'not-done', words: words || 'said no' });
