/** @module The portal's own wire served to an iGate that can only change an address: its posts become entries, its questions go on to the portal, its answers are the portal's. */
import type {
  Command,
  ExpectedStatus,
  ShimCall,
  ShimDeclaration,
  ShimGateway,
  ShimReply,
  ShimResult,
  ShimSender,
} from '../../src/connector/shim.ts';
import { type Account, passOn as passOnTo, type Upstream } from './pass-on.ts';
import { agencyOf } from './posted-fields.ts';
import { complaintOf, toAppointment, toExpected, toRegistration, toStep } from './posted-mapping.ts';
import { type PostedDossier, type PostedProgress, postedDossier, postedProgress, readPosts } from './posted-wire.ts';
import {
  type Answer,
  answer,
  CONTENT,
  DONE,
  EXISTS,
  NO_RIGHTS,
  NO_SERVICE,
  NO_SESSION,
  type Saying,
  say,
  UNAVAILABLE,
  UNKNOWN,
} from './replies.ts';
import * as wire from './wire.ts';

type Body = Readonly<Record<string, unknown>>;

const LOGIN = '/mapi/login';
const CALL = '/mapi/g';
/** Services that change nothing. */
const READS = /^(TraCuu|Lay)[A-Za-z]{1,60}$/;
const MOST_TOLD = 3;

export const shim: ShimDeclaration<Account> = {
  paths: [LOGIN, CALL],
  async answer(call, gateway, upstream) {
    const body = bodyOf(call);
    if (!body) {
      const { body: told } = answer(say(CONTENT, 'Nội dung phải là một đối tượng JSON'));
      return { status: 400, body: told, operation: 'unknown', clientId: null, dossiers: [] };
    }
    return call.path === LOGIN ? logIn(body, gateway) : serve(call, body, gateway, upstream);
  },
  unavailable: (words) => ({ status: 503, body: answer(say(UNAVAILABLE, words)).body }),
};

function bodyOf({ body }: ShimCall): Body | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function logIn(body: Body, gateway: ShimGateway): Promise<ShimReply> {
  const username = textOf(body.username);
  const session = await gateway.logIn(username, textOf(body.password));
  const told =
    session === null
      ? answer(say(NO_RIGHTS, 'Tên đăng nhập hoặc mật khẩu không đúng')).body
      : { error_code: 0, message: DONE.message, session };
  return { status: 200, body: told, operation: 'login', clientId: session === null ? null : username, dossiers: [] };
}

async function serve(call: ShimCall, body: Body, gateway: ShimGateway, upstream: Upstream): Promise<ShimReply> {
  const operation = textOf(body.service) || 'unknown';
  const sender = await gateway.senderOf(textOf(body.session));
  const replied = (clientId: string | null, { status = 200, body: told, dossiers = [] }: Answer): ShimReply => ({
    status,
    body: told,
    operation,
    clientId,
    dossiers,
  });
  if (!sender) return replied(null, answer(NO_SESSION));
  const unit = textOf(body.madonvi);
  if (unit !== '' && !gateway.covers(sender, unit))
    return replied(sender.clientId, answer(say(NO_RIGHTS, 'Đơn vị không có quyền kết nối')));
  const at: At = { gateway, upstream, sender, body, now: call.now };
  return replied(sender.clientId, await service(operation, at));
}

interface At {
  readonly gateway: ShimGateway;
  readonly upstream: Upstream;
  readonly sender: ShimSender;
  readonly body: Body;
  readonly now: number;
}

async function service(name: string, at: At): Promise<Answer> {
  const { sender } = at;
  const isWrite = name === 'DongBoHoSoMC' || name === 'CapNhatTienDoHoSoMC';
  if (!isWrite && !READS.test(name)) return answer(NO_SERVICE);
  if (isWrite ? !sender.mayWrite : !sender.mayRead)
    return answer(say(NO_RIGHTS, 'Tài khoản không được cấp quyền gọi dịch vụ này'));
  if (name === 'DongBoHoSoMC') return takeDossiers(at);
  if (name === 'CapNhatTienDoHoSoMC') return takeProgress(at);
  return look(name, at);
}

/** A question is the portal's to answer, about dossiers and units of the sender only. */
async function look(name: string, at: At): Promise<Answer> {
  const { gateway, sender, body, upstream } = at;
  const code = textOf(body.MaHoSo);
  const isOwn = code === '' ? gateway.covers(sender, upstream?.settings.UNIT ?? '') : isTheirs(at, code);
  if (!isOwn && !/^Lay(DanhMuc|ThuTuc|DanhSachTTHC)/.test(name))
    return answer(say(NO_RIGHTS, 'Hồ sơ không thuộc đơn vị được cấp quyền'), code === '' ? [] : [code]);
  const { session, service, madonvi, ...rest } = body;
  return { ...(await passOn(name, rest, at)), dossiers: code === '' ? [] : [code] };
}

const isTheirs = ({ gateway, sender }: At, code: string): boolean => gateway.covers(sender, agencyOf(code));

async function takeDossiers(at: At): Promise<Answer> {
  const { gateway, sender, body, now } = at;
  const updating = flagOf(body.isUpdating);
  if (updating === null) return answer(say(CONTENT, 'isUpdating phải là True hoặc False'));
  const read = readPosts(postedDossier, body.data);
  if ('complaint' in read) return answer(say(CONTENT, `Dữ liệu không hợp lệ: ${read.complaint}`));
  const { records } = read;
  const codes = records.map(({ MaHoSo }) => MaHoSo);
  for (const record of records) {
    const complaint = complaintOf(record);
    if (complaint) return answer(say(CONTENT, `Dữ liệu không hợp lệ: ${complaint}`), codes);
    if (!isTheirs(at, record.MaHoSo))
      return answer(say(NO_RIGHTS, `${record.MaHoSo} không thuộc đơn vị được cấp quyền`), codes);
  }
  const known = await gateway.known(codes);
  const ours = records.filter(({ MaHoSo, MaTTHC }) => isCarried(at, MaHoSo, known.get(MaHoSo), MaTTHC));
  const isNew = new Set<string>();
  for (const { MaHoSo } of ours) {
    if (!updating && (known.get(MaHoSo)?.isRegistered || isNew.has(MaHoSo)))
      return answer(say(EXISTS, `Hồ sơ ${MaHoSo} đã tồn tại trên hệ thống`), codes);
    isNew.add(MaHoSo);
  }
  const passed = await passOnRest('DongBoHoSoMC', records, ours, { isUpdating: body.isUpdating }, at);
  if (passed) return { ...passed, dossiers: codes };

  const commands: { code: string; command: Command }[] = [];
  const expected: ExpectedStatus[] = [];
  for (const post of ours) {
    const dossier = known.get(post.MaHoSo) ?? null;
    commands.push({ code: post.MaHoSo, command: toRegistration(post, dossier, sender, gateway) });
    const appointment = toAppointment(post, dossier, sender, now);
    if (appointment) commands.push({ code: post.MaHoSo, command: appointment });
    const status = toExpected(post, dossier, now);
    if (status) expected.push(status);
  }
  const refusal = await appended(gateway, commands);
  await gateway.expect(expected.filter(({ dossierCode }) => !refusal?.dossiers.has(dossierCode)));
  return answer(refusal?.saying ?? DONE, codes);
}

async function takeProgress(at: At): Promise<Answer> {
  const { gateway, sender, body } = at;
  const read = readPosts(postedProgress, body.data);
  if ('complaint' in read) return answer(say(CONTENT, `Dữ liệu không hợp lệ: ${read.complaint}`));
  const { records } = read;
  const codes = [...new Set(records.map(({ MaHoSo }) => MaHoSo))];
  const foreign = codes.find((code) => !isTheirs(at, code));
  if (foreign !== undefined) return answer(say(NO_RIGHTS, `${foreign} không thuộc đơn vị được cấp quyền`), codes);
  const known = await gateway.known(codes);
  const ours = records.filter(({ MaHoSo }) => isCarried(at, MaHoSo, known.get(MaHoSo), null));
  const strangers = [...new Set(ours.map(({ MaHoSo }) => MaHoSo))].filter((code) => !known.has(code));
  for (const code of strangers)
    if (await isUnknownThere(code, at)) return answer(say(UNKNOWN, `Không tìm thấy hồ sơ ${code}`), codes);
  const passed = await passOnRest('CapNhatTienDoHoSoMC', records, ours, {}, at);
  if (passed) return { ...passed, dossiers: codes };

  const commands = ours.flatMap((post) => {
    const command = toStep(post, sender, !known.has(post.MaHoSo));
    return command ? [{ code: post.MaHoSo, command }] : [];
  });
  return answer((await appended(gateway, commands))?.saying ?? DONE, codes);
}

/** Whether the gateway writes the dossier to the portal; else its former writer goes on doing so, through us. */
function isCarried(
  { gateway }: At,
  code: string,
  known:
    | {
        fields: { agencyCode?: string; procedureCode?: string };
        origin: Parameters<ShimGateway['carries']>[0]['origin'];
      }
    | undefined,
  procedureCode: string | null,
): boolean {
  return gateway.carries({
    agencyCode: known?.fields.agencyCode ?? agencyOf(code),
    procedureCode: known?.fields.procedureCode ?? procedureCode,
    origin: known?.origin ?? 'igate',
  });
}

/** A dossier that was posted before the gateway stood here is opened; the portal knows the rest of it. Unless it answers, that is believed. */
async function isUnknownThere(code: string, at: At): Promise<boolean> {
  const { body } = await passOn('TraCuuHoSo', { MaHoSo: code }, at);
  const read = wire.reply.safeParse(body);
  return read.success && wire.NOT_FOUND.has(read.data.error_code);
}

/** Passes on what is not ours to write; null when there is nothing of the kind or the portal took it. */
async function passOnRest(
  name: string,
  records: readonly (PostedDossier | PostedProgress)[],
  ours: readonly (PostedDossier | PostedProgress)[],
  more: object,
  at: At,
): Promise<Answer | null> {
  const rest = records.flatMap((record, i) => (ours.includes(record) ? [] : [(at.body.data as unknown[])[i]]));
  if (rest.length === 0) return null;
  const passed = await passOn(name, { ...more, data: rest }, at);
  const read = wire.reply.safeParse(passed.body);
  return read.success && wire.DONE.has(read.data.error_code) ? null : passed;
}

const passOn = (name: string, body: object, { upstream, body: asked }: At): Promise<Answer> =>
  passOnTo(name, body, textOf(asked.madonvi), upstream);

const CODE_OF: Readonly<Record<Exclude<ShimResult, { taken: true }>['why'], string>> = {
  rights: NO_RIGHTS,
  unknown: UNKNOWN,
  content: CONTENT,
};

/** What of a post was not taken, in the portal's words; null when all of it was. */
async function appended(
  gateway: ShimGateway,
  commands: readonly { readonly code: string; readonly command: Command }[],
): Promise<{ saying: Saying; dossiers: ReadonlySet<string> } | null> {
  if (commands.length === 0) return null;
  const results = await gateway.append(commands.map(({ command }) => command));
  const refused = results.flatMap((result, i) => (result.taken ? [] : [{ ...result, code: commands[i]!.code }]));
  const [first] = refused;
  if (!first) return null;
  const words = refused.slice(0, MOST_TOLD).map(({ code, words }) => `${code}: ${words}`);
  const more = refused.length > MOST_TOLD ? `; và ${refused.length - MOST_TOLD} bản ghi khác` : '';
  return {
    saying: say(CODE_OF[first.why], `Không nhận được ${words.join('; ')}${more}`),
    dossiers: new Set(refused.map(({ code }) => code)),
  };
}

/** `True` and `False` as the guide writes them, or as JSON does. */
function flagOf(value: unknown): boolean | null {
  const text = String(value).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}
