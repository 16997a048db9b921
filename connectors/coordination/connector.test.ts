import { describe, expect, it } from 'vitest';
import type { EventCommand } from '../../src/capabilities/exchange.ts';
import connector from './connector.ts';

const DATA = { dossierCode: 'H15.12-260310-0001', status: 'processing', occurredAt: '2026-03-10T09:14:55+07:00' };
const RECEIVED = Date.parse('2026-03-10T09:15:00+07:00');

function map(message: unknown, environment: Record<string, string> = {}) {
  return connector.webhook!.map({
    operation: null,
    body: Buffer.from(JSON.stringify(message)),
    receivedAt: RECEIVED,
    settings: connector.settings.parse(environment),
    language: 'en',
  });
}

function commandsOf(data: unknown, type = 'dossier.status.changed', environment: Record<string, string> = {}) {
  const mapped = map({ type, timestamp: '2026-03-10T09:15:00+07:00', data }, environment);
  if (!('commands' in mapped)) throw new Error(JSON.stringify(mapped));
  return mapped.commands;
}
const commandOf = (...args: Parameters<typeof commandsOf>): EventCommand => commandsOf(...args)[0]!;

function faultsOf(message: unknown) {
  const mapped = map(message);
  return 'unreadable' in mapped ? mapped.unreadable.map(({ path }) => path) : [];
}

describe('dossier.status.changed', () => {
  it('of the documented example becomes the pause that it tells of', () => {
    const mapped = map(connector.webhook!.example.body);
    expect(mapped).toEqual({
      commands: [
        {
          type: 'event',
          source: 'coordination',
          ref: { code: 'H15.12-260310-0001', alias: null },
          eventId: null,
          operation: 'dossier.status.changed',
          bodyDigest: null,
          kind: 'status',
          status: 'paused',
          reason: 'financial-obligation',
          outcome: null,
          occurredAt: Date.parse('2026-03-10T09:14:55+07:00'),
          appointment: null,
          body: { note: 'Chờ thông báo thuế', actor: 'Chi cục Thuế' },
          opens: 'coordination',
          known: null,
          onFault: 'quarantine',
          agencies: null,
        },
      ],
    });
  });

  it("keeps the sender's own event id", () => {
    expect(commandOf({ ...DATA, eventId: 'dp-77' }).eventId).toBe('dp-77');
  });

  it.each([
    'submitted',
    'accepted',
    'rejected',
    'processing',
    'resumed',
    'completed',
    'returned',
    'withdrawn',
    'stopped',
  ])('takes the status %s as it is', (status) => {
    expect(commandOf({ ...DATA, status }).status).toBe(status);
  });

  it.each(['supplement', 'financial-obligation', 'consultation', 'other', 'tax-determination'])(
    'takes the pause reason %s as it is',
    (pauseReason) => {
      expect(commandOf({ ...DATA, status: 'paused', pauseReason }).reason).toBe(pauseReason);
    },
  );

  it('carries a new appointment as documented by the ministry', () => {
    const { appointment } = commandOf({ ...DATA, status: 'resumed', newAppointmentAt: '2026-03-31T17:00:00+07:00' });
    expect(appointment).toEqual({ at: Date.parse('2026-03-31T17:00:00+07:00'), basis: 'ministry' });
  });

  it('carries outcome, document and officer', () => {
    const document = { form: '02', number: '12/PBS', date: '2026-03-12' };
    const officer = { id: 'cb-204', name: 'Lê Thị Bình' };
    const command = commandOf({ ...DATA, status: 'completed', outcome: 'refused', document, officer });
    expect(command).toMatchObject({ outcome: 'refused', body: { document, officer } });
  });

  it('keeps the order of many events', () => {
    const codes = ['H15.12-260310-0003', 'H15.12-260310-0001', 'H15.12-260310-0002'];
    const commands = commandsOf(codes.map((dossierCode) => ({ ...DATA, dossierCode })));
    expect(commands.map(({ ref }) => ref.code)).toEqual(codes);
  });
});

describe('a dossier that nobody registered', () => {
  const identity = {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
  };

  it('is opened with what the message knows of it; one that does not say how it was submitted counts as online', () => {
    const { opens, known } = commandOf({ ...DATA, ...identity });
    expect({ opens, known }).toEqual({ opens: 'coordination', known: { channel: 'online', ...identity } });
  });

  it('keeps the channel that the message names', () => {
    expect(commandOf({ ...DATA, ...identity, channel: 'counter' }).known).toMatchObject({ channel: 'counter' });
  });

  it('follows the installation where it assumes another channel', () => {
    const environment = { DEFAULT_CHANNEL: 'post' };
    expect(commandOf({ ...DATA, ...identity }, undefined, environment).known).toMatchObject({ channel: 'post' });
  });

  it('is not opened where the installation says so', () => {
    expect(commandOf(DATA, undefined, { OPENS_DOSSIERS: 'false' }).opens).toBeNull();
  });
});

describe('dossier.transferred', () => {
  it('becomes a transfer with both agencies', () => {
    const { status: _status, ...rest } = DATA;
    const command = commandOf(
      { ...rest, fromAgency: 'H15.50', toAgency: 'H15.12', note: 'Đúng thẩm quyền' },
      'dossier.transferred',
    );
    expect(command).toMatchObject({
      kind: 'transfer',
      status: null,
      body: { fromAgency: 'H15.50', toAgency: 'H15.12', note: 'Đúng thẩm quyền' },
      opens: 'coordination',
    });
  });

  it('names the agency that it goes to', () => {
    const { status: _status, ...data } = DATA;
    const message = { type: 'dossier.transferred', timestamp: '2026-03-10T09:15:00+07:00', data };
    expect(faultsOf(message)).toEqual(['$.data.toAgency']);
  });
});

describe('a message is refused whole, each fault with its path', () => {
  const message = { type: 'dossier.status.changed', timestamp: '2026-03-10T09:15:00+07:00', data: DATA };
  it.each([
    ['no time of its own', { ...message, timestamp: undefined }, ['$.timestamp']],
    ['no data', { ...message, data: undefined }, ['$.data']],
    ['a text as data', { ...message, data: 'x' }, ['$.data']],
    ['an unknown member beside the data', { ...message, sender: 'x' }, ['$.sender']],
    ['an unknown status', { ...message, data: { ...DATA, status: 'lost' } }, ['$.data.status']],
    ['a pause without its reason', { ...message, data: { ...DATA, status: 'paused' } }, ['$.data.pauseReason']],
    [
      'a time without its offset',
      { ...message, data: { ...DATA, occurredAt: '2026-03-10T09:14:55' } },
      ['$.data.occurredAt'],
    ],
    ['a wrong dossier code', { ...message, data: [DATA, { ...DATA, dossierCode: 'H15' }] }, ['$.data[1].dossierCode']],
    ['a text among the events', { ...message, data: [DATA, 'x'] }, ['$.data[1]']],
  ])('%s', (_title, faulty, paths) => {
    expect(faultsOf(faulty)).toEqual(paths);
  });
});

describe('its settings', () => {
  it.each(['C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'whsec_', 'whsec_a b'])('refuse the secret "%s"', (SECRET) => {
    expect(connector.settings.safeParse({ SECRET }).success).toBe(false);
  });

  it('name both secrets while one is rotated, and none where none is set', () => {
    const both = connector.settings.parse({ SECRET: 'whsec_bmV3', SECRET_PREVIOUS: 'whsec_b2xk' });
    expect(connector.webhook!.secrets(both)).toEqual(['whsec_bmV3', 'whsec_b2xk']);
    expect(connector.webhook!.secrets(connector.settings.parse({}))).toEqual([]);
  });
});
