/** @module Handing dossiers over with a system that answers as told: intents, unknown outcomes, one at a time, nothing readable at rest. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import type { ExchangeProvider, Found } from '../../src/capabilities/exchange.ts';
import { content } from '../../src/capabilities/exchange-content.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { Acts } from '../../src/exchange/acts.ts';
import { Exchanges, type Handing } from '../../src/exchange/exchanges.ts';
import { purgeExchanges } from '../../src/exchange/list-store.ts';
import { Settler } from '../../src/exchange/settler.ts';
import type { Caller } from '../../src/http/auth.ts';
import { DAY } from '../../src/units.ts';
import { registration } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
const START = Date.parse('2026-11-02T09:00:00+07:00');
let now = START;
beforeAll(async () => {
  timeline = await openTimeline(() => now);
});
afterAll(() => timeline.close());
beforeEach(async () => {
  now = START;
  await timeline.empty('exchange_act', 'exchange');
});

const CODE = 'H15.50-260310-0001';
const caller = (agency = 'H15'): Caller => ({
  clientId: 'igate',
  scopes: new Set(),
  agencies: [agency],
  roles: [],
  officer: null,
  issuer: 'http://gateway.test',
  issuedAt: 0,
  expiresAt: Number.POSITIVE_INFINITY,
});
const who = (agency?: string) => ({ caller: caller(agency), now });

const handing: Handing = {
  provider: null,
  dossierCode: CODE,
  content: content.parse({
    kind: 'birth',
    child: { name: 'Nguyễn Minh Khôi', sex: 'male', birthDate: '2026-03-01', birthplace: {} },
    asker: { name: 'Nguyễn Văn An', relation: 'Cha', personalId: '066090000123' },
  }),
  papers: [],
};

const failure = (kind: UpstreamFailure, outcome: 'not-done' | 'unknown', words = 'said no') =>
  new UpstreamError(kind, { upstream: 'there', operation: 'submit', outcome, words });

/** A system with scripts for what it does when it is called, and for what it says when it is asked. */
function system(...answers: (UpstreamError | null)[]) {
  const calls: string[] = [];
  let found: Found | UpstreamError = { state: 'not-done' };
  const answer = async (call: string): Promise<void> => {
    calls.push(call);
    const next = answers.shift() ?? null;
    if (next) throw next;
  };
  const provider: ExchangeProvider = {
    name: 'there',
    takes: ['birth'],
    async submit() {
      await answer('submit');
      return 'N-1';
    },
    acts: { withdraw: () => answer('withdraw'), supplement: () => answer('supplement') },
    async wasDone() {
      calls.push('ask');
      if (found instanceof UpstreamError) throw found;
      return found;
    },
  };
  const providers = new Map([[provider.name, provider]]);
  const acts = new Acts({
    db: timeline.pool,
    seal: sealWith(randomBytes(32).toString('base64')),
    providers,
    appender: timeline.appender(),
    now: () => now,
    settleAfterMs: 1_000,
    readBackAfterMs: 5_000,
    log: silent,
  });
  const exchanges = new Exchanges({ pool: timeline.pool, acts, providers, catalogue: () => timeline.catalogue });
  const settler = new Settler({ db: timeline.pool, acts, providers, log: silent, everyMs: 1_000 });
  return {
    calls,
    exchanges,
    says: (said: Found | UpstreamError) => {
      found = said;
    },
    submit: (actId: string = randomUUID()) => exchanges.submit(handing, who(), actId),
    /** Lets time pass, and asks about what is due. */
    async later(ms: number): Promise<void> {
      now += ms;
      await settler.round();
    },
    state: async () => (await exchanges.find(`${CODE}~there`, who())).exchange.state,
  };
}

const register = () => timeline.append(registration(CODE));

describe('a dossier that is handed over', () => {
  it('is known there by its number, and its timeline says so under that number', async () => {
    await register();
    const { submit } = system();
    expect(await submit()).toMatchObject({ id: `${CODE}~there`, state: 'submitted', number: 'N-1' });
    expect(await timeline.rows('select system, code from dossier_alias')).toEqual([{ system: 'there', code: 'N-1' }]);
    expect(await timeline.rows("select body from timeline_entry where kind = 'transfer'")).toEqual([
      { body: { toSystem: 'there', act: 'submit', number: 'N-1', exchange: `${CODE}~there` } },
    ]);
  });

  it('takes no content of another kind as what the citizen corrected', async () => {
    await register();
    const { submit, exchanges, calls } = system();
    await submit();
    const content = { ...handing.content, kind: 'death' } as unknown as typeof handing.content;
    const details = (at: number) => ({ at, note: null, papers: [], newAppointmentAt: null });
    await expect(exchanges.act(`${CODE}~there`, 'supplement', randomUUID(), details, content)).rejects.toMatchObject({
      code: 'validation',
      facts: { violations: [{ path: '$.content.kind' }] },
    });
    expect(calls).toEqual(['submit']);
  });

  it('is kept so that nobody reads a name or a number in the database', async () => {
    await register();
    const { submit } = system(failure('rejected', 'not-done', 'Nguyễn Minh Khôi: sai'));
    await expect(submit()).rejects.toMatchObject({ code: 'upstream-rejected' });
    const [{ all }] = (await timeline.rows<{ all: string }>(
      `select string_agg(encode(submission, 'escape') || encode(details, 'escape') || encode(coalesce(words, ''), 'escape') || e.*::text || a.*::text, '') as all
       from exchange e join exchange_act a on a.exchange_id = e.id`,
    )) as [{ all: string }];
    for (const personal of ['Khôi', 'Văn An', '066090000123']) expect(all).not.toContain(personal);
  });

  it.each([
    ['is not registered', async () => {}, 'dossier-not-found'],
    ['belongs to another agency', register, 'forbidden-agency'],
  ])('that %s is refused, and nothing is sent', async (_title, prepare, code) => {
    await prepare();
    const { exchanges, calls } = system();
    await expect(exchanges.submit(handing, who('H15.59'), randomUUID())).rejects.toMatchObject({ code });
    expect(calls).toEqual([]);
  });

  it('goes to no system that takes no such dossiers', async () => {
    await register();
    const { exchanges } = system();
    const land = { ...handing, content: content.parse({ kind: 'land', provinceCode: '66', communeCode: '24490' }) };
    await expect(exchanges.submit(land, who(), randomUUID())).rejects.toMatchObject({
      code: 'provider-not-configured',
    });
    await expect(exchanges.submit({ ...land, provider: 'there' }, who(), randomUUID())).rejects.toMatchObject({
      code: 'validation',
    });
  });
});

describe('a repeat of the call', () => {
  it('sends nothing again that was done, is under way or is unknown', async () => {
    await register();
    const { submit, calls } = system(failure('timeout', 'unknown'));
    const act = randomUUID();
    expect((await submit(act)).state).toBe('unknown');
    expect((await submit(act)).state).toBe('unknown');
    expect(calls).toEqual(['submit']);
  });

  it('goes on with what was certainly not sent', async () => {
    await register();
    const { submit, calls } = system(failure('unavailable', 'not-done'));
    const act = randomUUID();
    await expect(submit(act)).rejects.toMatchObject({
      code: 'upstream-unavailable',
      facts: { extra: { exchange: `${CODE}~there` } },
    });
    expect((await submit(act)).state).toBe('submitted');
    expect(calls).toEqual(['submit', 'submit']);
  });

  it('of a refused one may be another act, with what was corrected', async () => {
    await register();
    const { submit, exchanges } = system(failure('rejected', 'not-done'));
    await expect(submit()).rejects.toMatchObject({ code: 'upstream-rejected' });
    expect((await submit()).state).toBe('submitted');
    const { exchange } = await exchanges.find(`${CODE}~there`, who());
    expect(
      await timeline.rows('select act, state from exchange_act where exchange_id = $1 order by n', [exchange.id]),
    ).toEqual([
      { act: 'submit', state: 'refused' },
      { act: 'submit', state: 'done' },
    ]);
  });
});

describe('one at a time', () => {
  it('of many calls at once one hands the dossier over', async () => {
    await register();
    const { submit, calls } = system();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => submit()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
    expect(calls).toEqual(['submit']);
  });

  it('no act begins while another one’s outcome is unknown', async () => {
    await register();
    const { submit, exchanges, calls, later, says } = system(null, failure('timeout', 'unknown'));
    const { id } = await submit();
    const withdraw = () => exchanges.act(id, 'withdraw', randomUUID(), (at) => ({ at, reason: 'Đổi ý' }));
    await withdraw();
    await expect(withdraw()).rejects.toMatchObject({ code: 'conflict' });
    says({ state: 'done', number: 'N-1' });
    await later(1_000);
    expect(calls).toEqual(['submit', 'withdraw', 'ask']);
    expect((await exchanges.find(id, who())).exchange.state).toBe('withdrawn');
  });

  it('after a withdrawal the dossier may be handed over anew, under another id', async () => {
    await register();
    const { submit, exchanges } = system();
    const { id } = await submit();
    await exchanges.act(id, 'withdraw', randomUUID(), (at) => ({ at, reason: 'Đổi ý' }));
    expect((await submit()).id).toBe(`${CODE}~there~2`);
  });

  it('an act that the system does not take is said, and leaves no trace', async () => {
    await register();
    const { submit, exchanges, calls } = system();
    const { id } = await submit();
    const late = exchanges.act(id, 'hand-over', randomUUID(), (at) => ({ at }));
    await expect(late).rejects.toMatchObject({ code: 'act-not-offered' });
    expect(calls).toEqual(['submit']);
    expect(await timeline.rows('select from exchange_act')).toHaveLength(1);
  });
});

describe('an unknown outcome', () => {
  it('is left to settle, then asked about', async () => {
    await register();
    const { submit, later, says, calls, state } = system(failure('timeout', 'unknown'));
    says({ state: 'done', number: 'N-1' });
    await submit();
    await later(500);
    expect(calls).toEqual(['submit']);
    await later(500);
    expect(calls).toEqual(['submit', 'ask']);
    expect(await state()).toBe('submitted');
  });

  it('that nobody can tell stays unknown; where a repeat changes nothing there, it is repeated', async () => {
    await register();
    const { submit, later, says, calls, state } = system(failure('contract', 'unknown'));
    says({ state: 'unclear', mayRepeat: false });
    await submit();
    await later(1_000);
    expect([await state(), calls]).toEqual(['unknown', ['submit', 'ask']]);
    says({ state: 'unclear', mayRepeat: true });
    await later(120_000);
    expect([await state(), calls]).toEqual(['submitted', ['submit', 'ask', 'ask', 'submit']]);
  });

  it('is sent again until it is known, however long the system is away', async () => {
    await register();
    const { submit, later, calls, state } = system(
      failure('timeout', 'unknown'),
      failure('maintenance', 'not-done'),
      failure('unavailable', 'unknown'),
    );
    await submit();
    for (let i = 0; i < 3; i++) await later(120_000);
    expect(await state()).toBe('submitted');
    expect(calls).toEqual(['submit', 'ask', 'submit', 'ask', 'submit', 'ask', 'submit']);
  });

  it('is refused where the system refuses the repeat', async () => {
    await register();
    const { submit, later, state } = system(failure('timeout', 'unknown'), failure('rejected', 'not-done'));
    await submit();
    await later(1_000);
    expect(await state()).toBe('refused');
  });

  it('is what a process left behind that died while sending', async () => {
    await register();
    const { submit, later, says, calls, state } = system();
    await submit();
    await timeline.pool.query(
      "update exchange_act set state = 'sending', token = gen_random_uuid(), due_at = to_timestamp($1 / 1000.0)",
      [now + 90_000],
    );
    await timeline.pool.query("update exchange set state = 'sending', number = null");
    says({ state: 'done', number: 'N-1' });
    await later(80_000);
    expect(calls).toEqual(['submit']);
    await later(11_000);
    expect([calls, await state()]).toEqual([['submit', 'ask'], 'submitted']);
    expect(await timeline.rows("select from timeline_entry where kind = 'transfer'")).toHaveLength(1);
  });
});

describe('a submission that was answered', () => {
  it('is looked for once', async () => {
    await register();
    const { submit, later, says, calls, state } = system();
    says({ state: 'done', number: 'N-1' });
    await submit();
    await later(5_000);
    await later(100_000);
    expect([calls, await state()]).toEqual([['submit', 'ask'], 'submitted']);
  });

  it('and is not there is sent again; the third time a person has to look', async () => {
    await register();
    const { submit, later, calls, state } = system();
    await submit();
    for (let i = 0; i < 10; i++) await later(10_000);
    expect(await state()).toBe('refused');
    expect(calls.filter((call) => call === 'submit')).toHaveLength(3);
  });

  it('is believed where the system cannot tell, and looked for later where it does not answer', async () => {
    await register();
    const { submit, later, says, calls } = system();
    says(failure('unavailable', 'unknown'));
    await submit();
    await later(5_000);
    says({ state: 'unclear', mayRepeat: true });
    await later(5_000);
    await later(100_000);
    expect(calls).toEqual(['submit', 'ask', 'ask']);
  });
});

describe('exchanges of which the work ended', () => {
  it('are forgotten with what was sealed of them once they have had their time, and no others', async () => {
    await register();
    const { submit, exchanges } = system();
    const { id } = await submit();
    await exchanges.act(id, 'withdraw', randomUUID(), (at) => ({ at, reason: 'Đổi ý' }));
    await submit();
    expect(await purgeExchanges(timeline.pool, now)).toBe(0);
    now += 400 * DAY;
    expect(await purgeExchanges(timeline.pool, now)).toBe(1);
    expect(await timeline.rows('select id from exchange')).toEqual([{ id: `${CODE}~there~2` }]);
    expect(await timeline.rows('select distinct exchange_id as id from exchange_act')).toEqual([
      { id: `${CODE}~there~2` },
    ]);
  });
});
