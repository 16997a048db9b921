/** @module From a step of the registry to events of a dossier's timeline: pure, code tables included. */
import { hash } from 'node:crypto';
import { asDossierCode, type CHANNELS, type EventCommand, saying, told } from '../../src/capabilities/exchange.ts';
import { type ListedPage, rfc3339 } from '../../src/capabilities/listing.ts';
import { fromSlashedTime } from '../../src/connector/slashed-time.ts';
import { pathOf } from '../../src/connector/violations.ts';
import { type Step, step } from './wire.ts';

const SOURCE = 'business-registry';

/** TrangThai; before it was accepted, a refusal is no acceptance and a supplement belongs to the intake. */
type Reported = Pick<EventCommand, 'status'> & Partial<Pick<EventCommand, 'reason' | 'outcome'>>;
const STATUS: Readonly<Record<string, (isAccepted: boolean) => Reported>> = {
  '1': () => ({ status: 'submitted' }),
  '2': () => ({ status: 'accepted' }),
  '3': () => ({ status: 'processing' }),
  '4': (isAccepted) => ({ status: 'paused', reason: isAccepted ? 'supplement-appraisal' : 'supplement-intake' }),
  '5': () => ({ status: 'resumed' }),
  '6': () => ({ status: 'completed', outcome: 'granted' }),
  '7': (isAccepted) => (isAccepted ? { status: 'completed', outcome: 'refused' } : { status: 'rejected' }),
  '8': () => ({ status: 'returned' }),
  '9': () => ({ status: 'withdrawn' }),
};

const CHANNEL: Readonly<Record<string, (typeof CHANNELS)[number]>> = { '1': 'online', '2': 'counter', '3': 'post' };
const PAID_VIA: Readonly<Record<string, 'portal' | 'agency'>> = { '1': 'portal', '2': 'agency' };

type Command = ListedPage['commands'][number];
type Read = { readonly commands: readonly Command[]; readonly recordedAt: number } | { readonly aside: Aside };
type Aside = ListedPage['aside'][number];

/** Reads a page; `isLast` is the asker's to say. */
export function readSteps(records: readonly unknown[]): Omit<ListedPage, 'isLast'> {
  const read = records.map(readStep);
  const times = read.flatMap((each) => ('aside' in each ? [] : [each.recordedAt]));
  return {
    commands: read.flatMap((each) => ('aside' in each ? [] : each.commands)),
    aside: read.flatMap((each) => ('aside' in each ? [each.aside] : [])),
    raw: JSON.stringify(records),
    newestAt: times.length === 0 ? null : Math.max(...times),
  };
}

function readStep(record: unknown): Read {
  const parsed = step.safeParse(record);
  const ref = parsed.success ? (parsed.data.MaHoSoMotCua ?? parsed.data.SoHoSo) : null;
  const aside = (reason: Aside['reason'], detail: string): Read => ({
    aside: { reason, detail, dossierRef: ref, record: JSON.stringify(record) },
  });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    return aside('unreadable', `${pathOf('$', path)}: ${message}`);
  }
  const times = timesOf(parsed.data);
  if (typeof times === 'string') return aside('unreadable', `$.${times}: not dd/MM/yyyy HH:mm:ss`);
  const unmapped = CODED.find(([member, table]) => {
    const code = parsed.data[member];
    return code !== null && !Object.hasOwn(table, code);
  });
  if (unmapped) return aside('unmapped-code', `$.${unmapped[0]}: ${parsed.data[unmapped[0]]}`);
  return { commands: commandsOf(parsed.data, times), recordedAt: times.ThoiDiemCapNhat! };
}

const CODED = [
  ['TrangThai', STATUS],
  ['HinhThucNop', CHANNEL],
  ['KenhThanhToan', PAID_VIA],
] as const;

const TIMES = ['NgayNop', 'NgayTiepNhan', 'NgayHenTra', 'ThoiDiemXuLy', 'ThoiDiemCapNhat'] as const;
type Times = Readonly<Record<(typeof TIMES)[number], number | null>>;

/** Every time of the step, or the name of the one that can not be read. */
function timesOf(from: Step): Times | string {
  const times = Object.fromEntries(TIMES.map((name) => [name, fromSlashedTime(from[name])]));
  return TIMES.find((name) => from[name] !== null && times[name] === null) ?? (times as Times);
}

function commandsOf(from: Step, times: Times): Command[] {
  const isAccepted = times.NgayTiepNhan !== null;
  const reported = STATUS[from.TrangThai]!(isAccepted);
  const channel = from.HinhThucNop === null ? undefined : CHANNEL[from.HinhThucNop];
  const common = {
    source: SOURCE,
    operation: 'step',
    ref: {
      code: from.MaHoSoMotCua === null ? null : asDossierCode(from.MaHoSoMotCua),
      alias: { system: SOURCE, code: from.SoHoSo },
    },
    opens: 'ministry' as const,
    known: saying({
      procedureCode: from.MaTTHC,
      agencyCode: from.MaCoQuan,
      channel,
      submittedAt: rfc3339(times.NgayNop),
      receivedAt: rfc3339(times.NgayTiepNhan),
      applicant:
        from.TenDoanhNghiep === null
          ? null
          : {
              kind: 'enterprise' as const,
              name: from.TenDoanhNghiep,
              ...(from.MaSoDoanhNghiep ? { enterpriseCode: from.MaSoDoanhNghiep } : {}),
            },
    }),
    ...(channel === undefined ? {} : { channel }),
  };
  const body = saying({
    note: from.GhiChu,
    reasonText: reported.status === 'rejected' || reported.status === 'withdrawn' ? from.GhiChu : null,
    actor: from.NguoiXuLy,
  });
  // Each step repeats the date; only the acceptance says that it is the one on the slip.
  const slip = reported.status === 'accepted' ? times.NgayHenTra : null;
  const appointment = slip === null ? null : { at: slip, basis: 'slip' as const };
  const status = told({ ...common, kind: 'status', occurredAt: times.ThoiDiemXuLy!, ...reported, appointment, body });
  // A step that is told again with another remark is another entry of the same step: nothing of it is sent twice.
  const said = hash('sha1', JSON.stringify([channel ?? null, slip, body]), 'base64url').slice(0, 10);
  const commands = [{ ...status, eventId: `${from.SoHoSo}:${from.TrangThai}:${from.ThoiDiemXuLy}:${said}` }];
  const paid = paymentOf(from, times, common);
  return paid ? [...commands, paid] : commands;
}

/** That it was paid online stands in every step after it; it is one payment. */
function paymentOf(
  from: Step,
  times: Times,
  common: Pick<EventCommand, 'source' | 'operation' | 'ref' | 'opens'>,
): Command | null {
  if (from.ThanhToanTrucTuyen !== '1' || from.KenhThanhToan === null) return null;
  const reference = `${SOURCE}:${from.SoHoSo}`;
  return {
    ...told({
      ...common,
      kind: 'payment',
      operation: 'paid',
      occurredAt: times.ThoiDiemCapNhat!,
      bodyDigest: reference,
      payment: { reference, via: PAID_VIA[from.KenhThanhToan]! },
    }),
    eventId: `${from.SoHoSo}:paid:${from.KenhThanhToan}`,
  };
}
