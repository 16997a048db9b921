import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Policies, type SyncPolicy, type Treat } from '../../src/sync/policy.ts';
import { Modes } from '../../src/sync/policy-part.ts';
import { registration, status } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';

/** A province whose policies an operator writes; they are in force when `write` resolves. */
async function openGoverned(...items: SyncPolicy[]) {
  const province = await openProvince(timeline);
  let policies = new Policies({ version: 1, defaultMode: 'observe', items });
  const treat: Treat = (destination, subject, at) =>
    policies.of(destination, subject, at, timeline.catalogue.agencies.asOf(at));
  const modes = new Modes({
    pool: timeline.pool,
    destinations: [PORTAL],
    policies: () => policies,
    treat,
    catalogue: () => timeline.catalogue,
    perSecond: 1_000,
    log: silent,
    now: Date.now,
    changed() {},
  });
  const appender = timeline.appender({ treat });
  return {
    province,
    treat,
    append: (...commands: Parameters<Timeline['append']>) => appender.append({ commands, raw: null }),
    write(...next: SyncPolicy[]) {
      policies = new Policies({ version: policies.version + 1, defaultMode: 'observe', items: next });
      return modes.round();
    },
  };
}

const send: SyncPolicy = { destination: PORTAL, mode: 'send' };

/** Writes as the province's old connection does: straight to the portal, in its own officer's name. */
async function oldConnection(province: Province, code: string, ...records: [status: string, time: string][]) {
  const old = await province.oldConnection();
  await old.dossier({ MaHoSo: code }, false);
  for (const [statusCode, time] of records) await old.progress(code, statusCode, time);
}

const modeOf = async (code: string): Promise<string | undefined> => {
  const [row] = await timeline.rows<{ mode: string }>(
    'select s.mode from sync_state s join dossier d on d.id = s.dossier_id where d.code = $1',
    [code],
  );
  return row?.mode;
};

describe('a dossier that is observed', () => {
  it('is never written, whatever is told of it', async () => {
    const { province, append, treat } = await openGoverned();
    await province.drain({ treat });
    await append(registration(CODE));
    await append(status(CODE, 'paused', '03-16T08:00'));
    await append(registration('H15.51-260310-0001', { fields: { agencyCode: 'H15.51' } }));
    expect(await modeOf(CODE)).toBe('observe');
    await until('a drain has looked', async () => (await timeline.rows('select 1 from sync_state')).length === 2);
    expect((await province.stats()).calls).toBe(0);
  });

  it('is sent from the moment a policy says so, and what was told before is not lost', async () => {
    const { province, append, treat, write } = await openGoverned();
    const drain = await province.drain({ treat });
    await append(registration(CODE), status(CODE, 'paused', '03-16T08:00'));
    expect(await write({ ...send, procedure: '1.005129' })).toBe(1);
    drain.wake();
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
  });

  it('comes under another policy with its procedure', async () => {
    const { append } = await openGoverned({ ...send, procedure: '1.005129' });
    await append(registration(CODE));
    expect(await modeOf(CODE)).toBe('send');
    await append(registration(CODE, { fields: { procedureCode: '2.001744' }, ifMatch: 'any', reason: 'Nhầm thủ tục' }));
    expect(await modeOf(CODE)).toBe('observe');
  });
});

describe('what another writer has put there', () => {
  it('is asked about before anything is sent, and not sent again', async () => {
    const { province, append, treat, write } = await openGoverned();
    await append(registration(CODE), status(CODE, 'paused', '03-16T08:00', { reason: 'supplement' }));
    // The same steps at nearly the same times, and not the pause of a ministry that it never heard of.
    await oldConnection(province, CODE, ['1', '20260310080005'], ['2', '20260310083010'], ['5', '20260316080200']);
    await append(status(CODE, 'resumed', '03-18T08:00'));
    await write(send);
    await province.drain({ treat });
    await province.inStep();
    const sent = (await province.seen(CODE)).filter(({ service }) => service === 'CapNhatTienDoHoSoMC');
    expect(sent.map(({ status }) => status)).toEqual(['1', '2', '5', '4']);
    expect(sent.every(({ effect }) => effect)).toBe(true);
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '4' });
  });

  it('is taken for told where the portal tells no progress', async () => {
    const { province, append, treat, write } = await openGoverned();
    await province.settings({ readsProgress: false });
    await append(registration(CODE), status(CODE, 'paused', '03-16T08:00', { reason: 'supplement' }));
    await oldConnection(province, CODE, ['2', '20260310083000'], ['5', '20260316090000']);
    await write(send);
    await province.drain({ treat });
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['2', '5']);
    await append(status(CODE, 'resumed', '03-18T08:00'));
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['2', '5', '4']);
  });
});

describe('the way back', () => {
  it('leaves nothing to be sent, and going forward again sends only what is new', async () => {
    const { province, append, treat, write } = await openGoverned(send);
    const drain = await province.drain({ treat });
    await append(registration(CODE));
    await province.inStep();
    expect(await write()).toBe(1);
    await append(status(CODE, 'paused', '03-16T08:00'));
    expect(await modeOf(CODE)).toBe('observe');
    const before = await province.stats();
    await write(send);
    drain.wake();
    await until('the pause is there', async () => (await province.progress(CODE)).includes('6'));
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
    expect((await province.stats()).duplicates).toBe(before.duplicates);
  });

  it('is obeyed by a drain that has read it before the rows have changed', async () => {
    const { province, append } = await openGoverned(send);
    await append(registration(CODE));
    // Its own row still says that it is to be sent.
    await timeline.pool.query("update sync_state set mode = 'send'");
    await province.drain({ treat: () => ({ mode: 'observe', owns: null }) });
    await until('its row has learnt it', async () => (await modeOf(CODE)) === 'observe');
    expect((await province.stats()).calls).toBe(0);
    expect(await province.rowOf(CODE)).toMatchObject({ leased: false, unknown: false, attempts: 0 });
  });

  it('waits for what is under way', async () => {
    const { province, append, treat, write } = await openGoverned(send);
    await province.faults({ latencyMs: 300 });
    await append(registration(CODE));
    await province.drain({ treat });
    await until('it is under way', async () => (await province.rowOf(CODE)).leased);
    expect(await write()).toBe(0);
    expect(await modeOf(CODE)).toBe('send');
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2']);
  });
});

describe('fields that are not ours', () => {
  it('stay as others put them, and theirs alone decide the status where it is not ours', async () => {
    const owned: SyncPolicy = { ...send, owns: ['appointment'] };
    const { province, append, treat, write } = await openGoverned();
    await append(registration(CODE), status(CODE, 'paused', '03-16T08:00'));
    await oldConnection(province, CODE, ['2', '20260310083000'], ['4', '20260312080000']);
    const before = await province.kept(CODE);
    await write(owned);
    await province.drain({ treat });
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['2', '4']);
    const { NgayHenTra, ...kept } = (await province.kept(CODE))!;
    expect(NgayHenTra).toBe('20260331170000');
    const { NgayHenTra: none, ...others } = before!;
    expect(none ?? '').toBe('');
    expect(kept).toEqual(others);
  });
});
