import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import { matchRecords } from '../../src/sync/match.ts';
import { type Known, type Plan, plan } from '../../src/sync/plan.ts';
import type { Profile } from '../../src/sync/profile.ts';
import { catalogue, catalogueWithPauses, profile } from '../support/catalogue.ts';
import { at, landStatus, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';
const NOTHING: Known = { existsThere: false, sentSeqs: [], snapshotDigest: null };

const pause = (reason: string, time: string) => landStatus(CODE, 'paused', time, { reason });
const resume = (time: string, newAppointmentAt: string | null = null) =>
  landStatus(CODE, 'resumed', time, {
    appointment: newAppointmentAt === null ? null : { at: at(newAppointmentAt), basis: 'ministry' },
  });

interface Setting {
  readonly known?: Partial<Known>;
  readonly profile?: Profile;
  readonly catalogue?: typeof catalogue;
}

/** The plan of a registered dossier after these commands. */
function planAfter(commands: readonly Command[], setting: Setting = {}): Plan {
  const dossiers = memory(setting.catalogue);
  for (const command of [registration(CODE), ...commands]) dossiers.apply(command);
  return plan(
    dossiers.planned(CODE),
    { ...NOTHING, ...setting.known },
    setting.profile ?? profile,
    setting.catalogue ?? catalogue,
  );
}

const recordsOf = ({ records }: Plan): string[] =>
  records.map(({ record }) => `${record.statusCode} ${local(record.at)}`);
const local = (time: number | null): string | null =>
  time === null ? null : new Date(time + 7 * 3_600_000).toISOString().slice(5, 16);

describe('what a destination is told', () => {
  it.each([
    ['supplement', '5', 'Yêu cầu bổ sung: yêu cầu bổ sung, hoàn thiện hồ sơ'],
    ['supplement-appraisal', '5', 'Yêu cầu bổ sung: bổ sung hồ sơ khi thẩm định'],
    ['tax-determination', '6', 'Yêu cầu thực hiện nghĩa vụ tài chính: chờ cơ quan thuế xác định nghĩa vụ tài chính'],
    ['citizen-payment', '6', 'Yêu cầu thực hiện nghĩa vụ tài chính: chờ thực hiện nghĩa vụ tài chính'],
    ['consultation', '4', 'Tạm dừng: lấy ý kiến'],
    ['linked-agency', '4', 'Tạm dừng: chờ cơ quan liên thông'],
    ['other', '4', /^Tạm dừng: /],
  ])('says a pause for %s with code %s', (reason, code, text) => {
    const { records, snapshot } = planAfter([pause(reason, '03-16T08:00')]);
    expect(records.at(-1)!.record).toMatchObject({ statusCode: code, text: expect.stringMatching(text) });
    expect(snapshot.statusCode).toBe(code);
  });

  it('tells each effective entry once, in the order of seq, with its own time', () => {
    const all = [
      pause('tax-determination', '03-16T08:00'),
      pause('citizen-payment', '03-18T09:00'),
      resume('03-20T10:00'),
    ];
    const told = planAfter(all);
    expect(recordsOf(told)).toEqual([
      '1 03-10T08:00',
      '2 03-10T08:30',
      '6 03-16T08:00',
      '6 03-18T09:00',
      '4 03-20T10:00',
    ]);
    const rest = planAfter(all, {
      known: { existsThere: true, sentSeqs: told.records.slice(0, 3).map(({ seq }) => seq) },
    });
    expect(recordsOf(rest)).toEqual(['6 03-18T09:00', '4 03-20T10:00']);
  });

  it('says nothing of entries without effect', () => {
    const told = planAfter([pause('tax-determination', '03-16T08:00'), status(CODE, 'processing', '03-17T08:00')]);
    expect(recordsOf(told).at(-1)).toBe('6 03-16T08:00');
    expect(told.snapshot.statusCode).toBe('6');
  });

  it('says once what two entries say equally', () => {
    const told = planAfter([status(CODE, 'processing', '03-12T08:00'), landStatus(CODE, 'processing', '03-12T08:00')]);
    expect(recordsOf(told).filter((record) => record === '4 03-12T08:00')).toHaveLength(1);
    expect(told.covered).toHaveLength(1);
  });

  it('does not say again a supplement that a second track reports while the first is open', () => {
    const told = planAfter([
      pause('supplement', '03-16T08:00'),
      status(CODE, 'paused', '03-16T10:00', { reason: 'supplement' }),
      resume('03-18T08:00'),
      status(CODE, 'resumed', '03-18T08:05'),
    ]);
    expect(recordsOf(told).filter((record) => record.startsWith('5'))).toEqual(['5 03-16T08:00']);
    expect(told.portalFormula).toBe(false);
    expect(told.snapshot.supplements).toHaveLength(1);
  });

  it('says a supplement once although an earlier report of it comes after it was sent', () => {
    const dossiers = memory();
    dossiers.apply(registration(CODE));
    dossiers.apply(status(CODE, 'paused', '03-16T10:00', { reason: 'supplement' }));
    const first = plan(dossiers.planned(CODE), NOTHING, profile, catalogue);
    dossiers.apply(pause('supplement', '03-16T08:00'));
    const known = { existsThere: true, sentSeqs: first.records.map(({ seq }) => seq), snapshotDigest: null };
    const second = plan(dossiers.planned(CODE), known, profile, catalogue);
    expect(second).toMatchObject({ records: [], portalFormula: false });
    expect(second.snapshot.supplements).toMatchObject([{ askedBy: 'igate' }]);
  });

  it('says again nothing that an entry said which was taken back since', () => {
    const dossiers = memory();
    dossiers.apply(registration(CODE));
    dossiers.apply(status(CODE, 'processing', '03-12T08:00'));
    dossiers.apply(landStatus(CODE, 'processing', '03-12T08:00'));
    const first = plan(dossiers.planned(CODE), NOTHING, profile, catalogue);
    const told = first.records.at(-1)!.seq;
    dossiers.apply({
      type: 'void',
      code: CODE,
      seq: told,
      reason: 'wrong',
      document: null,
      author: 'a',
      agencies: null,
    });
    const known = { existsThere: true, sentSeqs: first.records.map(({ seq }) => seq), snapshotDigest: null };
    expect(plan(dossiers.planned(CODE), known, profile, catalogue).records).toEqual([]);
  });

  it('says a second supplement as it was, and names the case', () => {
    const told = planAfter([
      pause('supplement', '03-16T08:00'),
      resume('03-17T08:00'),
      pause('supplement', '03-18T08:00'),
      resume('03-19T08:00'),
    ]);
    expect(recordsOf(told).filter((record) => record.startsWith('5'))).toHaveLength(2);
    expect(told.portalFormula).toBe(true);
  });

  it('tells the states that a destination demands with the time of the entry that implied them, marked', () => {
    const demanding: Profile = { ...profile, demands: ['accepted', 'processing'] };
    const dossiers = memory();
    dossiers.apply(registration(CODE, { fields: { receivedAt: null } }));
    dossiers.apply(status(CODE, 'completed', '03-12T09:00'));
    const { records } = plan(dossiers.planned(CODE), NOTHING, demanding, catalogue);
    expect(
      records.map(({ record: { statusCode, at: time, text } }) => [statusCode, local(time), text.endsWith('(suy ra)')]),
    ).toEqual([
      ['1', '03-10T08:00', false],
      ['2', '03-12T09:00', true],
      ['4', '03-12T09:00', true],
      ['9', '03-12T09:00', false],
    ]);
  });
});

describe('what is found at a destination', () => {
  it('is known again by what it says and when, also what has lost its effect since', () => {
    const dossiers = memory();
    for (const command of [registration(CODE), pause('supplement', '03-16T08:00'), resume('03-18T08:00')])
      dossiers.apply(command);
    const voided = dossiers.state(CODE).facts.find(({ st }) => st === 'paused')!.n;
    dossiers.apply({
      type: 'void',
      code: CODE,
      seq: voided,
      reason: 'wrong',
      document: null,
      author: 'a',
      agencies: null,
    });
    const progress = [
      { statusCode: '2', at: at('03-10T08:30') },
      { statusCode: '5', at: at('03-16T08:00') },
      { statusCode: '9', at: at('03-16T08:00') },
    ].map((record) => ({ ...record, text: '', officer: '', department: 'H15.50' }));
    const { there } = matchRecords(dossiers.planned(CODE), progress, profile, catalogue);
    expect(there).toEqual([2, voided]);
    const told = plan(
      dossiers.planned(CODE),
      { existsThere: true, sentSeqs: there, snapshotDigest: null },
      profile,
      catalogue,
    );
    expect(recordsOf(told)).toEqual(['1 03-10T08:00', '4 03-18T08:00']);
  });
});

describe('what was only seen at the destination', () => {
  const seen = (told: 'paused' | 'processing', time: string) =>
    status(CODE, told, time, {
      source: 'national-portal',
      eventId: `seen-${time}`,
      seenAt: 'national-portal',
      reason: told === 'paused' ? 'supplement' : null,
    });

  it('is not told there again, and nor is the supplement that somebody else asked for', () => {
    const planned = planAfter([seen('paused', '03-16T08:00'), seen('processing', '03-18T08:00')]);
    expect(recordsOf(planned)).toEqual(['1 03-10T08:00', '2 03-10T08:30']);
    expect(planned.snapshot).toMatchObject({ statusCode: '4', supplements: [] });
  });

  it('covers our own supplement of that time, which stays ours to describe', () => {
    const planned = planAfter([pause('supplement', '03-16T08:00'), seen('paused', '03-16T08:20')]);
    expect(recordsOf(planned)).toEqual(['1 03-10T08:00', '2 03-10T08:30']);
    expect(planned.snapshot.supplements).toHaveLength(1);
  });

  it('counts by the destination’s formula: another supplement of ours is late there', () => {
    const planned = planAfter([
      seen('paused', '03-12T08:00'),
      seen('processing', '03-13T08:00'),
      pause('supplement', '03-16T08:00'),
    ]);
    expect(planned.portalFormula).toBe(true);
  });
});

describe('fields that are not ours', () => {
  const owning = (...owns: ('status' | 'appointment')[]): Plan => {
    const dossiers = memory();
    for (const command of [registration(CODE), pause('supplement', '03-16T08:00')]) dossiers.apply(command);
    return plan({ ...dossiers.planned(CODE), owns }, NOTHING, profile, catalogue);
  };

  it('leave the status to its keeper: no record, and no snapshot that trails one', () => {
    expect(owning('appointment')).toMatchObject({ records: [], snapshotTrails: false });
    expect(recordsOf(owning('status'))).toEqual(['1 03-10T08:00', '2 03-10T08:30', '5 03-16T08:00']);
    expect(owning('appointment').snapshot.owns).toEqual(['appointment']);
  });
});

describe('the snapshot', () => {
  it('follows a late entry, which leaves another status behind', () => {
    const late = planAfter([status(CODE, 'completed', '03-20T09:00'), status(CODE, 'processing', '03-12T09:00')]);
    expect(recordsOf(late).slice(-2)).toEqual(['9 03-20T09:00', '4 03-12T09:00']);
    expect(late).toMatchObject({ snapshotTrails: true, snapshot: { statusCode: '9' } });
  });

  it('need not follow records that end in the status the dossier has', () => {
    expect(planAfter([status(CODE, 'processing', '03-12T09:00')]).snapshotTrails).toBe(false);
  });

  it('follows a void, after which no record says the true status', () => {
    const dossiers = memory();
    for (const command of [registration(CODE), pause('tax-determination', '03-16T08:00')]) dossiers.apply(command);
    const before = plan(dossiers.planned(CODE), NOTHING, profile, catalogue);
    dossiers.apply({
      type: 'void',
      code: CODE,
      seq: before.records.at(-1)!.seq,
      reason: 'another dossier was meant',
      document: null,
      author: 'operator',
      agencies: null,
    });
    const known = {
      existsThere: true,
      sentSeqs: before.records.map(({ seq }) => seq),
      snapshotDigest: before.snapshotDigest,
    };
    const after = plan(dossiers.planned(CODE), known, profile, catalogue);
    expect(after).toMatchObject({ records: [], snapshotTrails: true, snapshot: { statusCode: '2' } });
  });

  it('is new when the appointment or the fields are, and not when only the status is', () => {
    const first = planAfter([]);
    const known = {
      existsThere: true,
      sentSeqs: first.records.map(({ seq }) => seq),
      snapshotDigest: first.snapshotDigest,
    };
    expect(planAfter([], { known }).snapshotChanged).toBe(false);
    expect(planAfter([pause('tax-determination', '03-16T08:00')], { known }).snapshotChanged).toBe(false);
    expect(
      planAfter([pause('tax-determination', '03-16T08:00'), resume('03-18T08:00')], { known }).snapshotChanged,
    ).toBe(true);
    expect(planAfter([registration(CODE, { fields: { summary: 'Tách thửa' } })], { known }).snapshotChanged).toBe(true);
  });
});

describe('the appointment that is sent', () => {
  const sent = (commands: readonly Command[], setting?: Setting) => planAfter(commands, setting).snapshot;
  const restarting = catalogueWithPauses({ supplement: { effect: 'restart', legalBasis: 'NĐ 61/2018/NĐ-CP' } });

  it('is the one in force where the portal subtracts nothing', () => {
    expect(local(sent([]).appointmentAt)).toBe('03-31T17:00');
  });

  it('moves at the resume after a pause whose time the portal does not subtract', () => {
    const paused = [pause('tax-determination', '03-16T08:00')];
    expect(local(sent(paused).appointmentAt)).toBe('03-31T17:00');
    expect(local(sent([...paused, resume('03-18T08:00')]).appointmentAt)).toBe('04-02T17:00');
  });

  it('stays where it was for a suspended supplement, whose time the portal subtracts itself', () => {
    const { appointmentAt, supplements } = sent([pause('supplement', '03-16T08:00'), resume('03-18T08:00')]);
    expect(local(appointmentAt)).toBe('03-31T17:00');
    expect(supplements.map((one) => [local(one.appointmentBefore), local(one.appointmentAfter)])).toEqual([
      ['03-31T17:00', '04-02T17:00'],
    ]);
  });

  it('moves for a supplement that restarts the count, less what the portal subtracts', () => {
    const { appointmentAt, supplements } = sent([pause('supplement', '03-16T08:00'), resume('03-18T08:00')], {
      catalogue: restarting,
    });
    expect(local(appointmentAt)).toBe('04-06T17:00');
    expect(local(supplements[0]!.appointmentAfter)).toBe('04-08T17:00');
  });

  it('is a documented date, which stands in full beside the supplement', () => {
    const supplemented = sent([pause('supplement', '03-16T08:00'), resume('03-18T08:00', '04-10T17:00')]);
    expect(local(supplemented.appointmentAt)).toBe('04-08T17:00');
    expect(local(supplemented.supplements[0]!.appointmentAfter)).toBe('04-10T17:00');
    const paid = sent([pause('citizen-payment', '03-16T08:00'), resume('03-18T08:00', '04-10T17:00')]);
    expect(local(paid.appointmentAt)).toBe('04-10T17:00');
  });

  it('stays for a pause without a legal basis', () => {
    expect(local(sent([pause('consultation', '03-16T08:00'), resume('03-18T08:00')]).appointmentAt)).toBe(
      '03-31T17:00',
    );
  });
});
