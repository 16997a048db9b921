/** @module The national population database through the exchange axis: SOAP, three services, strict about who asks and why. */
import { z } from 'zod';
import { oneOf, optionalText, requiredText } from '../act-input.ts';
import type { Bend } from '../faults.ts';
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';
import type { InventedPerson } from '../people.ts';
import { settingsFaults } from '../settings-faults.ts';
import {
  type Act,
  ActRefused,
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type SettingsEntry,
  type Simulator,
  type SimulatorsOptions,
  type System,
} from '../simulator.ts';
import { parseCompact } from '../times.ts';
import { DEFAULT_ACCOUNT, grantToken, type TokenEntry, Tokens } from '../tokens.ts';
import { Citizens, FIELDS, isCommune, recordOf } from './citizens.ts';
import { envelope, type Member, textOf } from './xml.ts';

/** A request that was taken, so that its number is not taken for another one. */
interface RequestEntry extends Entry {
  readonly kind: 'request';
  readonly id: string;
  readonly content: string;
}

/** A person as an act left them. */
interface PersonEntry extends Entry {
  readonly kind: 'person';
  readonly person: InventedPerson;
  readonly isProtected: boolean;
}

type PopulationEntry = RequestEntry | PersonEntry | TokenEntry | SettingsEntry;

const READ = '037';
const CONFIRM = '033';
const HOUSEHOLD = '034';
const SERVICES = [READ, CONFIRM, HOUSEHOLD] as const;

/** What each service must be told of the person, beside who asks. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  [READ]: ['HoVaTen'],
  [CONFIRM]: ['HoVaTen', 'SoDinhDanh', 'SoCMND'],
  [HOUSEHOLD]: ['HoVaTen', 'SoDinhDanh'],
};
const ASKER = ['MaYeuCau', 'MaTichHop', 'MaDVC', 'MaCanBo'];
const CONFIRMED_FIELDS = ['SoDinhDanh', 'SoCMND', 'HoVaTen'] as const;
const MEMBER_FIELDS = [
  'SoDinhDanh',
  'HoVaTen',
  'GioiTinh',
  'NgayThangNamSinh',
  'ThuongTru',
  'ChuHo',
  'SoSoHoKhau',
] as const;

/** MaKetQua. */
const HAS_DATA = '1';
const HAS_NONE = '0';
const NOT_PERMITTED = '2';
const NUMBER_REUSED = '3';
const INCOMPLETE = '4';

const settingsSchema = z
  .strictObject({
    /** The services that the province may call. */
    permitted: z.array(z.enum(SERVICES)),
    /** The fields that its read service is given. */
    granted: z.array(z.enum(FIELDS)),
  })
  .partial();
type PopulationSettings = Required<z.output<typeof settingsSchema>>;

/** Religion is not among what a one-stop shop is given. */
const DEFAULT_SETTINGS: PopulationSettings = {
  permitted: [...SERVICES],
  granted: FIELDS.filter((field) => field !== 'TonGiao'),
};

export const population: System = { id: 'population', build: buildPopulation };

function buildPopulation(host: Host, options: SimulatorsOptions): Simulator<PopulationEntry> {
  const account = options.accounts?.population ?? DEFAULT_ACCOUNT;
  const tokens = new Tokens();
  const citizens = new Citizens();
  const past = new Past<InventedPerson>();
  let requests = new Map<string, string>();
  let settings = DEFAULT_SETTINGS;

  const keep = (entry: PopulationEntry): void => host.keep(entry);
  const service = (call: Call): string => {
    if (call.path === '/token') return 'token';
    if (call.path !== '/tracuu') return 'unknown';
    const code = textOf(call.body, 'MaTichHop');
    return SERVICES.some((known) => known === code) ? code : 'unknown';
  };
  const reply = (id: string, code: string, words: string, records: readonly Member[] = []): Answer => ({
    status: 200,
    contentType: 'text/xml; charset=utf-8',
    refused: code !== HAS_DATA && code !== HAS_NONE,
    body: envelope([
      [
        'KetQuaTraCuu',
        [
          ['MaYeuCau', id],
          ['MaKetQua', code],
          ['MoTa', words],
          ['CongdanCollection', records],
        ],
      ],
    ]),
  });
  const soapFault = (words: string): Answer => ({
    status: 500,
    contentType: 'text/xml; charset=utf-8',
    refused: true,
    body: envelope([
      [
        'soapenv:Fault',
        [
          ['faultcode', 'soapenv:Client'],
          ['faultstring', words],
        ],
      ],
    ]),
  });

  function answer(call: Call, bend: Bend): Answer {
    if (call.path === '/token') return grantToken(call, account, host.now(), keep);
    if (call.path !== '/tracuu' || call.method !== 'POST') return soapFault('Không có dịch vụ này');
    if (!tokens.admits(call, host.now(), host.faults().expireTokens ?? false))
      return jsonAnswer({ error: 'invalid_token' }, 401, true);
    if (!/<(\w+:)?Envelope[\s>]/.test(call.body)) return soapFault('Nội dung không phải SOAP');

    const text = (name: string): string => textOf(call.body, name);
    const id = text('MaYeuCau');
    const code = text('MaTichHop');
    const missing = [...ASKER, ...(REQUIRED[code] ?? [])].find((name) => text(name) === '');
    if (missing !== undefined) return reply(id, INCOMPLETE, `Thiếu ${missing}`);
    const content = [...ASKER, ...FACTS].map(text).join('|');
    if (requests.has(id) && requests.get(id) !== content) return reply(id, NUMBER_REUSED, 'MaYeuCau đã được dùng');
    keep({ kind: 'request', at: host.now(), id, content });
    if (!settings.permitted.some((permitted) => permitted === code))
      return reply(id, NOT_PERMITTED, `Không có quyền khai thác dịch vụ ${code}`);
    return lookUp(id, code, text, bend);
  }

  function lookUp(id: string, code: string, text: (name: string) => string, bend: Bend): Answer {
    const birthDate = text('NgayThangNam');
    if (birthDate !== '' && parseCompact(`${birthDate}000000`) === null)
      return reply(id, INCOMPLETE, 'NgayThangNam phải là yyyyMMdd');
    if (code === READ && birthDate === '' && text('Nam') === '')
      return reply(id, INCOMPLETE, 'Thiếu ngày hoặc năm sinh');
    if (code === READ && text('SoDinhDanh') === '' && text('SoCMND') === '')
      return reply(id, INCOMPLETE, 'Thiếu SoDinhDanh hoặc SoCMND');
    const found = citizens.find({
      personalId: text('SoDinhDanh'),
      oldNumber: text('SoCMND'),
      name: text('HoVaTen'),
      birthDate,
      birthYear: text('Nam'),
    });
    if (found === undefined) return reply(id, HAS_NONE, 'Không có dữ liệu');
    if (citizens.isProtected(found.personalId)) return reply(id, NOT_PERMITTED, 'Không có quyền khai thác dữ liệu này');
    const was = past.at(found.personalId, host.now() - bend.staleness());
    const person = was ?? found;
    const household = citizens.household(person);
    if (code === CONFIRM) {
      return person.oldNumber === text('SoCMND')
        ? reply(id, HAS_DATA, 'Có dữ liệu', [recordOf(person, household, CONFIRMED_FIELDS)])
        : reply(id, HAS_NONE, 'Không có dữ liệu');
    }
    const records =
      code === HOUSEHOLD
        ? household.map((member) => recordOf(member, household, MEMBER_FIELDS))
        : [recordOf(person, household, settings.granted)];
    return reply(id, HAS_DATA, 'Có dữ liệu', records);
  }

  function actOn(act: Act): PersonEntry {
    const name = oneOf(requiredText(act, 'act'), 'act', ['move', 'protect', 'unprotect'] as const);
    const person = citizens.get(requiredText(act, 'person'));
    if (person === undefined) throw new ActRefused(404, 'no person of that number');
    const entry = {
      kind: 'person',
      at: host.now(),
      person,
      isProtected: citizens.isProtected(person.personalId),
    } as const;
    if (name !== 'move') return { ...entry, isProtected: name === 'protect' };
    const residenceCommune = requiredText(act, 'commune');
    if (!isCommune(residenceCommune)) throw new ActRefused(400, '"commune" must be a code of data/demo/communes.csv');
    const residenceDetail = optionalText(act, 'detail') ?? '';
    return { ...entry, person: { ...person, residenceCommune, residenceDetail } };
  }

  return {
    service,
    writes: () => false,
    answer,
    settings: {
      current: () => settings,
      faults: (wanted) => settingsFaults(settingsSchema, wanted),
    },
    faultsChanged() {
      past.reach(host.faults().staleReadMs ?? 0);
      if (host.faults().expireTokens) tokens.endAll();
    },
    apply(entry) {
      switch (entry.kind) {
        case 'token':
          tokens.put(entry);
          break;
        case 'request':
          requests.set(entry.id, entry.content);
          break;
        case 'person':
          past.note(entry.person.personalId, entry.at, citizens.get(entry.person.personalId) ?? null);
          citizens.put(entry.person, entry.isProtected);
          break;
        case 'settings':
          settings = { ...settings, ...settingsSchema.parse(entry.settings) };
      }
    },
    act(act) {
      const entry = actOn(act);
      keep(entry);
      return { person: entry.person.personalId, commune: entry.person.residenceCommune, protected: entry.isProtected };
    },
    reset() {
      tokens.endAll();
      citizens.reset();
      past.reset();
      requests = new Map();
      settings = DEFAULT_SETTINGS;
    },
  };
}

/** What is said of the person. */
const FACTS = ['HoVaTen', 'SoDinhDanh', 'SoCMND', 'NgayThangNam', 'Nam'];
