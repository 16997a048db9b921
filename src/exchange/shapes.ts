/** @module Exchanges as callers send and read them. */
import { z } from 'zod';
import { EXCHANGE_ACTS } from '../capabilities/exchange.ts';
import { content, paper } from '../capabilities/exchange-content.ts';
import { dossierCode, instant } from '../dossiers/shape.ts';

const papers = z.array(paper).max(100).default([]);
const reason = z.string().trim().min(1).max(1000);

/** @param providers the connectors that take dossiers, by name */
export const handing = (providers: readonly [string, ...string[]]) =>
  z.strictObject({
    provider: z
      .enum(providers)
      .optional()
      .meta({ description: 'The system to hand it to; without it the first configured one that takes such dossiers.' }),
    dossierCode,
    content,
    papers,
  });

export const supplementing = z.strictObject({
  papers,
  content: content.optional().meta({ description: 'The whole content anew, where the citizen corrected it.' }),
  note: z.string().max(2000).nullish(),
  newAppointmentAt: instant.nullish(),
});

export const withdrawing = z.strictObject({ reason });

export const handingOver = z.strictObject({
  handedOverAt: instant.nullish().meta({ description: 'When the citizen got the result; now unless told.' }),
});

export const wrongResult = z.strictObject({ reason, papers });

export const EXCHANGE_STATES = [
  'sending',
  'unknown',
  'not-sent',
  'refused',
  'submitted',
  'withdrawn',
  'ended',
] as const;

const time = z.string();

const act = z.object({
  act: z.enum(EXCHANGE_ACTS),
  state: z.enum(['sending', 'done', 'unknown', 'not-sent', 'refused']),
  madeAt: time,
  settledAt: time.nullable(),
  attempts: z.int(),
  /** When the system is asked what became of it. */
  askedAt: time.nullable(),
  /** What the system said, or how it failed. */
  words: z.string().nullable(),
});

export const exchangeAnswer = z.object({
  id: z.string(),
  provider: z.string(),
  dossierCode: z.string(),
  kind: z.string(),
  /** Its number there. */
  number: z.string().nullable(),
  state: z.enum(EXCHANGE_STATES),
  createdAt: time,
  /** Its system's own word for where it is, for people. */
  statusThere: z.string().nullable(),
  toldAt: time.nullable(),
  /** Why its record can not be read at the moment. */
  fault: z.string().nullable(),
  nextQuestionAt: time.nullable(),
  /** What the system waits for, where it has paused the dossier. */
  waitingFor: z
    .object({
      reason: z.string(),
      since: time,
      until: time.nullable(),
      note: z.string().nullable(),
      documents: z.array(z.looseObject({})),
    })
    .nullable(),
  acts: z.array(act),
});

export const exchangesAnswer = z.object({
  items: z.array(
    exchangeAnswer.pick({
      id: true,
      provider: true,
      dossierCode: true,
      kind: true,
      number: true,
      state: true,
      createdAt: true,
      statusThere: true,
      toldAt: true,
      fault: true,
    }),
  ),
});

export const resultsAnswer = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      number: z.string().nullable(),
      issuedOn: z.string().nullable(),
      file: z.object({ name: z.string(), mediaType: z.string(), data: z.string() }).nullable(),
      link: z.string().nullable(),
    }),
  ),
});
