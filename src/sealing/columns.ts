/** @module Every column that holds something sealed: how its rows are found, and how a value is sealed anew. */
import type { Seal } from '../access/seal.ts';
import { openedBytes, sealedBytes, sealedMembers, sealedText, sealedWhole } from '../access/sealed-json.ts';
import { secretName as secondFactorOf } from '../access/second-factor.ts';
import { nameOf as signingKeyOf } from '../access/signing-keys.ts';
import { keyName as personKeyOf } from '../audit/persons.ts';
import { sealedAs as brokenAnswerOf } from '../connector/broken-answers.ts';
import { ID_TOKEN } from '../console/session-store.ts';
import { orderName, wordsName } from '../delivery/deliveries.ts';
import { OPEN_IN_ENTRY, personsOf, sealedFields } from '../dossiers/personal.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import { pieceName } from '../evidence/pack.ts';
import { exchangeName } from '../evidence/witness.ts';
import { detailsOf, submissionOf, wordsOf } from '../exchange/acts.ts';
import { answerOf } from '../http/idempotency.ts';
import { attachmentName as attachmentOf, wordsName as incidentWordsOf } from '../incidents/message-store.ts';
import { OPEN_IN_WOULD } from '../observing/store.ts';
import { payerOf } from '../payments/ask.ts';
import { secretName } from '../subscriptions/secret.ts';

type Row = Readonly<Record<string, string>>;

export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly type: 'jsonb' | 'text' | 'bytea';
  /** Columns of the primary key, with their types. */
  readonly key: readonly (readonly [name: string, type: string])[];
  /** What else sealing asks for, by its name: a column, or an expression over the row `t`. */
  readonly with?: Readonly<Record<string, string>>;
  /** The value as it is to stand, made of the opened one (bytes as they are); the same value where nothing of it is to be sealed. */
  // biome-ignore lint/suspicious/noExplicitAny: a column's own values
  readonly close: (value: any, row: Row, seal: Seal) => unknown;
  /** Personal numbers by which the row's dossier is found. */
  readonly persons?: (value: DossierFields) => readonly string[];
}

const ID = [['id', 'bigint']] as const;
const UUID = [['id', 'uuid']] as const;
const NUMBER_OF_INCIDENT = '(select i.number from incident i where i.id = t.incident_id)';

/** Bytes that are bound to a name of their row's. */
const named =
  (nameOf: (row: Row) => string) =>
  (value: Buffer, row: Row, seal: Seal): Buffer =>
    seal.close(seal.openBytes(value, nameOf(row)), nameOf(row));

const bytes = (value: Buffer, _: Row, seal: Seal): Buffer => sealedBytes(openedBytes(value, seal), seal);
const text = (value: string, _: Row, seal: Seal): string => sealedText(value, seal);
const whole = (value: unknown, _: Row, seal: Seal): object => sealedWhole(value, seal);
const members =
  (open: ReadonlySet<string>) =>
  (value: object, _: Row, seal: Seal): object =>
    sealedMembers(value, open, seal);

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'dossier_fields',
    column: 'fields',
    type: 'jsonb',
    key: [['dossier_id', 'bigint']],
    close: (value: DossierFields, _, seal) => sealedFields(value, seal),
    persons: personsOf,
  },
  {
    table: 'timeline_entry',
    column: 'body',
    type: 'jsonb',
    key: [
      ['dossier_id', 'bigint'],
      ['seq', 'int'],
      ['recorded_at', 'timestamptz'],
    ],
    close: members(OPEN_IN_ENTRY),
  },
  { table: 'quarantine', column: 'command', type: 'jsonb', key: ID, close: whole },
  { table: 'quarantine', column: 'raw', type: 'text', key: ID, close: text },
  {
    table: 'exchange_log',
    column: 'body',
    type: 'bytea',
    key: [...ID, ['at', 'timestamptz']],
    close: bytes,
  },
  {
    table: 'comparison',
    column: 'would',
    type: 'jsonb',
    key: [
      ['destination', 'text'],
      ['dossier_id', 'bigint'],
    ],
    close: members(OPEN_IN_WOULD),
  },
  {
    table: 'comparison',
    column: 'theirs',
    type: 'jsonb',
    key: [
      ['destination', 'text'],
      ['dossier_id', 'bigint'],
    ],
    close: (value: readonly unknown[], row, seal) => (value.length === 0 ? value : whole(value, row, seal)),
  },
  ...(['last_error', 'blocked_reason'] as const).map(
    (column): SealedColumn => ({
      table: 'sync_state',
      column,
      type: 'text',
      key: [
        ['destination', 'text'],
        ['dossier_id', 'bigint'],
      ],
      close: text,
    }),
  ),
  { table: 'difference', column: 'cause', type: 'text', key: ID, close: text },
  { table: 'delivery_attempt', column: 'detail', type: 'text', key: [...ID, ['at', 'timestamptz']], close: text },
  {
    table: 'import_piece',
    column: 'bytes',
    type: 'bytea',
    key: [
      ['import_id', 'bigint'],
      ['n', 'int'],
    ],
    close: bytes,
  },
  {
    table: 'shim_status',
    column: 'note',
    type: 'text',
    key: [
      ['dossier_code', 'text'],
      ['status', 'text'],
      ['reason', 'text'],
    ],
    close: text,
  },
  {
    table: 'exchange',
    column: 'submission',
    type: 'bytea',
    key: [['id', 'text']],
    close: named(({ id }) => submissionOf(id!)),
  },
  { table: 'exchange_act', column: 'details', type: 'bytea', key: UUID, close: named(({ id }) => detailsOf(id!)) },
  { table: 'exchange_act', column: 'words', type: 'bytea', key: UUID, close: named(({ id }) => wordsOf(id!)) },
  { table: 'payment', column: 'payer', type: 'bytea', key: UUID, close: named(({ id }) => payerOf(id!)) },
  { table: 'delivery', column: 'sealed', type: 'bytea', key: UUID, close: named(({ id }) => orderName(id!)) },
  { table: 'delivery', column: 'reason', type: 'bytea', key: UUID, close: named(({ id }) => wordsName(id!)) },
  { table: 'delivery', column: 'cancel_reason', type: 'bytea', key: UUID, close: named(({ id }) => wordsName(id!)) },
  {
    table: 'delivery_step',
    column: 'note',
    type: 'bytea',
    key: ID,
    with: { delivery_id: 't.delivery_id' },
    close: named(({ delivery_id: id }) => wordsName(id!)),
  },
  {
    table: 'idempotency_key',
    column: 'answer',
    type: 'bytea',
    key: [
      ['client_id', 'text'],
      ['key_hash', 'bytea'],
    ],
    close: named(({ key_hash: hash }) => answerOf(hash!.slice('\\x'.length))),
  },
  {
    table: 'broken_answer',
    column: 'answer',
    type: 'bytea',
    key: ID,
    with: { connector: 't.connector' },
    close: named(({ connector }) => brokenAnswerOf(connector!)),
  },
  { table: 'subscription', column: 'secret', type: 'bytea', key: UUID, close: named(({ id }) => secretName(id!)) },
  {
    table: 'subscription',
    column: 'former_secret',
    type: 'bytea',
    key: UUID,
    close: named(({ id }) => secretName(id!)),
  },
  {
    table: 'incident_message',
    column: 'words',
    type: 'bytea',
    key: ID,
    with: { number: NUMBER_OF_INCIDENT },
    close: named(({ number }) => incidentWordsOf(number!)),
  },
  {
    table: 'incident_attachment',
    column: 'content',
    type: 'bytea',
    key: ID,
    with: { number: NUMBER_OF_INCIDENT },
    close: named(({ number }) => attachmentOf(number!)),
  },
  ...(['request', 'answer'] as const).map(
    (column): SealedColumn => ({
      table: 'witnessed_exchange',
      column,
      type: 'bytea',
      key: ID,
      with: { code: 't.dossier_code' },
      close: named(({ code }) => exchangeName(code!)),
    }),
  ),
  {
    table: 'evidence_pack_piece',
    column: 'content',
    type: 'bytea',
    key: [
      ['pack_id', 'bigint'],
      ['n', 'int'],
    ],
    close: named(({ pack_id: pack, n }) => pieceName(pack!, n!)),
  },
  { table: 'secret', column: 'sealed', type: 'bytea', key: [['name', 'text']], close: named(({ name }) => name!) },
  {
    table: 'signing_key',
    column: 'sealed',
    type: 'bytea',
    key: [['kid', 'text']],
    close: named(({ kid }) => signingKeyOf(kid!)),
  },
  {
    table: 'person',
    column: 'totp_secret',
    type: 'bytea',
    key: [['name', 'text']],
    close: named(({ name }) => secondFactorOf(name!)),
  },
  { table: 'console_session', column: 'id_token', type: 'bytea', key: [['id', 'bytea']], close: named(() => ID_TOKEN) },
  {
    table: 'person_key',
    column: 'sealed_key',
    type: 'bytea',
    key: [['hash', 'text']],
    close: named(({ hash }) => personKeyOf(hash!)),
  },
];

export const partOf = ({ table, column }: SealedColumn): string => `${table}.${column}`;
