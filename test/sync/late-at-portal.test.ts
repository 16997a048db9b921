/** @module What is told is late at the portal exactly where it is late by law: any history of one procedure, and a portal that counts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PortalRecord, portalVerdict } from '../../src/deadlines/portal-count.ts';
import type { Command } from '../../src/dossiers/commands.ts';
import { type Known, type Plan, plan } from '../../src/sync/plan.ts';
import { SECOND } from '../../src/units.ts';
import { catalogue, catalogueWithPauses, profile } from '../support/catalogue.ts';
import { at, landStatus, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** A portal that takes what it is sent and never forgets: the progress there, and the appointment of the last snapshot. */
class Portal {
  readonly records: PortalRecord[] = [];
  appointmentAt: number | null = null;
  known: Known = { existsThere: false, sentSeqs: [], snapshotDigest: null };

  take(told: Plan): void {
    for (const { record } of told.records)
      this.records.push({ code: Number(record.statusCode), at: onWire(record.at) });
    if (!this.known.existsThere || told.snapshotChanged || told.snapshotTrails)
      this.appointmentAt = told.snapshot.appointmentAt === null ? null : onWire(told.snapshot.appointmentAt);
    this.known = {
      existsThere: true,
      sentSeqs: [...this.known.sentSeqs, ...told.records.map(({ seq }) => seq)],
      snapshotDigest: told.snapshotDigest,
    };
  }
}

const onWire = (time: number): number => Math.floor(time / SECOND) * SECOND;

const MINUTES_OF_PAUSES = 30 * 24 * 60;
const REASONS = ['supplement', 'tax-determination', 'citizen-payment', 'consultation', 'public-posting', 'other'];
const received = at('03-10T08:30');
const minutesAfter = (minutes: number): number => received + minutes * 60_000;

const step = fc.record({
  after: fc.integer({ min: 1, max: MINUTES_OF_PAUSES }),
  told: fc.constantFrom('paused', 'paused', 'resumed', 'processing'),
  reason: fc.constantFrom(...REASONS),
  source: fc.constantFrom('land-registry', 'land-registry', 'igate'),
  /** In working days after the appointment before any pause: a date outside office hours is the formula's own blind spot. */
  documented: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 5 }),
  voids: fc.boolean(),
});
const course = fc.record({
  steps: fc.uniqueArray(step, { maxLength: 6, selector: ({ after }) => after }),
  end: fc.integer({ min: 1, max: 60 * 24 * 60 }),
  arrivesInOrder: fc.boolean(),
  restarts: fc.boolean(),
});

it('for any history of one procedure the portal says late exactly of what is late by law, except the cases that are named', () => {
  const seen = { onTime: 0, late: 0, named: 0 };
  const restarting = catalogueWithPauses({ supplement: { effect: 'restart', legalBasis: 'NĐ 61/2018/NĐ-CP' } });
  fc.assert(
    fc.property(course, ({ steps, end, arrivesInOrder, restarts }) => {
      const rules = restarts ? restarting : catalogue;
      const dossiers = memory(rules);
      const portal = new Portal();
      const told = [...steps].sort(arrivesInOrder ? (a, b) => a.after - b.after : () => 0);
      const commands: Command[] = told.map(({ after, told: word, reason, source, documented }) => ({
        ...landStatus(CODE, word as 'paused', '03-10T08:30', { source, reason: word === 'paused' ? reason : null }),
        eventId: `${after}`,
        occurredAt: minutesAfter(after),
        appointment:
          documented !== null && word === 'resumed'
            ? { at: rules.calendar.addWorkingMinutes(at('03-31T17:00'), documented * 480), basis: 'ministry' }
            : null,
      }));
      commands.push({ ...status(CODE, 'completed', '03-10T08:30'), occurredAt: minutesAfter(end) });
      dossiers.apply(registration(CODE));
      let last = plan(dossiers.planned(CODE), portal.known, profile, rules);
      portal.take(last);
      for (const [i, command] of commands.entries()) {
        const result = dossiers.apply(command);
        if (told[i]?.voids && 'seq' in result && command.type === 'event' && command.status === 'paused')
          portal.take(plan(dossiers.planned(CODE), portal.known, profile, rules));
        if (told[i]?.voids && 'seq' in result)
          dossiers.apply({
            type: 'void',
            code: CODE,
            seq: result.seq,
            reason: 'wrong',
            document: null,
            author: 'a',
            agencies: null,
          });
        last = plan(dossiers.planned(CODE), portal.known, profile, rules);
        portal.take(last);
      }
      const { finishedAt, appointmentAt } = dossiers.state(CODE);
      if (finishedAt === null) return;
      if (last.portalFormula) {
        seen.named++;
        return;
      }
      const lawful = onWire(finishedAt) <= onWire(appointmentAt!);
      const verdict = portalVerdict(
        {
          records: portal.records,
          appointmentAt: portal.appointmentAt,
          receivedAt: received,
          asOf: at('11-02T09:00'),
        },
        rules.calendar,
      );
      seen[lawful ? 'onTime' : 'late']++;
      expect({ onTime: verdict.onTime }).toEqual({ onTime: lawful });
    }),
    { numRuns: 2500 },
  );
  // A property that never met one of the verdicts says nothing of it.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
