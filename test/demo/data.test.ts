import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Agency } from '../../src/agencies/agency.ts';
import { Catalogue, type PauseReason, type ProcedureVersion } from '../../src/catalogue/catalogue.ts';
import { buildCalendar } from '../../src/deadlines/calendar.ts';
import { loadDaysOff } from '../../src/deadlines/days-off.ts';
import { dayOf } from '../../src/deadlines/local-time.ts';
import { type DemoDossier, demoDossiers } from '../../src/demo/data.ts';
import { seededRandom } from '../../src/demo/random.ts';
import { type Folded, fold } from '../../src/dossiers/fold.ts';
import { dossierCodeFault, enterpriseCodeFault, personalIdFault } from '../../src/dossiers/identifiers.ts';
import { dossierPut } from '../../src/dossiers/shape.ts';
import { STATUSES, type Status } from '../../src/dossiers/status.ts';

const calendar = buildCalendar({ daysOff: loadDaysOff() });
const shipped = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../../data/${name}.json`, import.meta.url), 'utf8')) as T[];
const procedures = shipped<ProcedureVersion>('procedures');
const pauseReasons = shipped<PauseReason>('pause-reasons');
const agencies = shipped<Agency>('agencies');
const catalogue = new Catalogue({ procedures, pauseReasons, agencies, calendar });

const generate = (now: string): DemoDossier[] =>
  demoDossiers({ now: Date.parse(now), calendar, random: seededRandom(1), procedures, agencies });

/** What the registration tells of the dossier, then its events. */
function reported({ fields, events }: DemoDossier): { status: Status; occurredAt: number; source: string }[] {
  const { submittedAt, receivedAt } = fields;
  const registered = [
    { source: 'igate', status: 'submitted' as const, occurredAt: Date.parse(submittedAt!) },
    ...(receivedAt ? [{ source: 'igate', status: 'accepted' as const, occurredAt: Date.parse(receivedAt) }] : []),
  ];
  return [...registered, ...events];
}

function folded(dossier: DemoDossier): Folded {
  const procedure = catalogue.procedureAt(dossier.fields.procedureCode!, Date.parse(dossier.fields.submittedAt!));
  const facts = reported(dossier).map(({ occurredAt, ...told }, n) => ({
    eventId: String(n),
    ...told,
    seq: n + 1,
    at: occurredAt,
  }));
  return fold(facts, new Set(), { mayEnd: (source) => source === 'igate' || !!procedure?.mayEnd.includes(source) });
}

const days = {
  'a working morning': '2026-03-11T09:00:00+07:00',
  'a Sunday night': '2026-06-14T23:30:00+07:00',
  'the day after the Tết holidays': '2026-02-23T08:00:00+07:00',
  'the first working day of a year': '2027-01-04T00:10:00+07:00',
};

describe.each(Object.entries(days))('the demo seen from %s', (_name, now) => {
  const dossiers = generate(now);
  const events = dossiers.flatMap((dossier) => dossier.events);

  it('has enough to look at: dossiers, agencies, procedures, statuses and pause reasons', () => {
    expect(dossiers.length).toBeGreaterThanOrEqual(300);
    const distinct = (values: unknown[]): number => new Set(values).size;
    expect(distinct(dossiers.map(({ fields }) => fields.agencyCode))).toBeGreaterThanOrEqual(6);
    expect(distinct(dossiers.map(({ fields }) => fields.procedureCode))).toBeGreaterThanOrEqual(15);
    expect(new Set(dossiers.flatMap(reported).map(({ status }) => status))).toEqual(new Set(STATUSES));
    const waitingFor = new Set(dossiers.map((dossier) => folded(dossier).pauseReason));
    for (const { code } of pauseReasons) expect(waitingFor).toContain(code);
  });

  it('registers every dossier as the API takes it, with numbers that are valid', () => {
    for (const { code, fields } of dossiers) {
      expect(dossierPut.safeParse(fields).error).toBeUndefined();
      expect(dossierCodeFault(code)).toBeNull();
      const { kind, personalId, enterpriseCode, birthDate, sex } = fields.applicant!;
      if (kind === 'enterprise') expect(enterpriseCodeFault(enterpriseCode!)).toBeNull();
      else expect(personalIdFault(personalId!, { sex: sex!, birthYear: Number(birthDate!.slice(0, 4)) })).toBeNull();
    }
    expect(new Set(dossiers.map(({ code }) => code)).size).toBe(dossiers.length);
    expect(dossiers.every(({ code }) => Number(code.slice(-4)) >= 9001)).toBe(true);
  });

  it('lies within the last 30 working days, before now and in office hours', () => {
    const oldest = calendar.openOfDay(calendar.addWorkingDays(dayOf(Date.parse(now)), -30));
    for (const { fields, events: told } of dossiers) {
      const handedIn = Date.parse((fields.receivedAt ?? fields.submittedAt)!);
      expect(handedIn).toBeGreaterThanOrEqual(oldest);
      for (const { occurredAt } of told) {
        expect(occurredAt).toBeLessThan(Date.parse(now));
        expect(occurredAt).toBeGreaterThanOrEqual(Date.parse(fields.submittedAt!));
        expect(calendar.openAtOrAfter(occurredAt)).toBe(occurredAt);
      }
    }
    expect(new Set(events.map(({ source, eventId }) => `${source} ${eventId}`)).size).toBe(events.length);
  });

  it('tells each story in a lawful order, so that no entry is without effect', () => {
    for (const dossier of dossiers) {
      const times = dossier.events.map(({ occurredAt }) => occurredAt);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect([...folded(dossier).withoutEffect]).toEqual([]);
    }
  });
});

describe('the mix of the demo', () => {
  const dossiers = generate(days['a working morning']);

  it('has about one dossier in twelve waiting, and few of the open ones late', () => {
    const paused = dossiers.filter((dossier) => folded(dossier).status === 'paused').length / dossiers.length;
    expect(paused).toBeGreaterThan(0.06);
    expect(paused).toBeLessThan(0.1);
    const open = dossiers.filter((dossier) => folded(dossier).endedAt === null && dossier.fields.appointment);
    const late = open.filter(
      ({ fields }) => Date.parse(fields.appointment!.at) < Date.parse(days['a working morning']),
    );
    expect(late.length).toBeGreaterThan(0);
    expect(late.length).toBeLessThan(open.length / 4);
  });

  it('has land dossiers that waited for the tax office, then for the citizen, and got a new date', () => {
    const land = dossiers.filter(({ events }) => events.some(({ appointment }) => appointment !== null));
    expect(land.length).toBeGreaterThan(10);
    for (const { events } of land) {
      const documented = events.find(({ appointment }) => appointment !== null)!;
      expect(documented).toMatchObject({ status: 'resumed', source: 'land-registry' });
      expect(documented.appointment!.at).toBeGreaterThan(documented.occurredAt);
    }
    const reasons = land.map(({ events }) => events.flatMap(({ reason }) => (reason ? [reason] : [])));
    expect(reasons).toContainEqual(['tax-determination', 'citizen-payment']);
  });

  it('is the same at any hour of a day, and another on another day', () => {
    expect(generate('2026-03-11T23:59:00+07:00')).toEqual(dossiers);
    expect(generate('2026-03-12T09:00:00+07:00')).not.toEqual(dossiers);
  });
});
