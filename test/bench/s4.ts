/** @module S4: five years of a province compared with its portal – by its listing, one code at a time, by an uploaded export. */
import { createWriteStream, openAsBlob } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dayOf, isoDate } from '../../src/deadlines/local-time.ts';
import { rfc3339 } from '../../src/http/answer.ts';
import { HOUR, MINUTE, SECOND } from '../../src/units.ts';
import { atPortal, type FiveYears, fiveYears, onlyAtPortal, type PortalDossier, PROVINCE } from './five-years.ts';
import { type Held, hold, openProvince, type Province, periodOf, type RunAnswer, reconcile } from './reconciling.ts';
import type { Scenario } from './scenario.ts';
import { round } from './usage.ts';

interface WholeRun extends Held {
  readonly seconds: number;
  readonly compared: number;
  readonly inStep: number;
  readonly memoryMiB: number;
}

interface ByCode {
  readonly callsPerSecond: number;
  /** Reached over the sample. */
  readonly askedPerSecond: number;
  /** For everything in scope, computed from the pace that was reached. */
  readonly hours: number;
}

interface S4Result {
  readonly dossiers: number;
  readonly countSeconds: number;
  readonly listing: WholeRun & { readonly calls: number };
  readonly byCode: {
    readonly inScope: number;
    readonly unchecked: number;
    readonly paces: readonly ByCode[];
    /** A run whose process was killed in its midst, and another's that took it up. */
    readonly resumed: { readonly compared: number; readonly dossiers: number };
  };
  readonly exported: WholeRun & {
    readonly megabytes: number;
    readonly takenSeconds: number;
    readonly takenMiB: number;
  };
}

const QUICK = 100_000;
const PACES = [5, 20, 100] as const;
const SAMPLE = 6 * SECOND;

export const s4: Scenario<S4Result> = {
  id: 's4',
  async measure(stage, { quick, say }) {
    const years = fiveYears(quick ? QUICK : PROVINCE.dossiers, dayOf(Date.now()));
    say(`S4: ${years.dossiers} dossiers of ${years.days} days on both sides`);
    const province = await openProvince(stage, years, say);
    await stage.checkpoint();
    const began = performance.now();
    await province.database.query('select count(*) from dossier');
    const countSeconds = round((performance.now() - began) / SECOND, 1);
    const listing = await byListing(province, say);
    const exported = await byExport(province, stage.folder, say);
    const byCode = await oneByOne(province, say);
    await province.close();
    return { dossiers: years.dossiers, countSeconds, listing, byCode, exported };
  },
  figures: ({ dossiers, listing, exported, byCode }) => [
    ...[
      { how: `(a) ${dossiers} dossiers against the portal’s listing`, run: listing, seconds: listing.seconds },
      {
        how: `(c) ${dossiers} dossiers against an uploaded export, its taking in included`,
        run: exported,
        seconds: round(exported.seconds + exported.takenSeconds, 1),
      },
    ].flatMap(({ how, run, seconds }) => [
      { work: `S4 ${how}`, unit: 's', values: [seconds], target: { atMost: 120 } },
      { work: `S4 ${how}: memory of the worker`, unit: 'MiB', values: [run.memoryMiB], target: { atMost: 300 } },
      {
        work: `S4 ${how}: of ${run.injected} differences not found`,
        unit: '',
        values: [run.missed],
        target: { atMost: 0 },
      },
      { work: `S4 ${how}: differences invented`, unit: '', values: [run.invented], target: { atMost: 0 } },
    ]),
    ...byCode.paces.map(({ callsPerSecond, hours }) => ({
      work: `S4 (b) ${byCode.inScope} dossiers one code at a time, ${callsPerSecond} calls a second`,
      unit: 'h',
      values: [hours],
    })),
  ],
  document: ({ dossiers, countSeconds, listing, exported, byCode }) => `## Reconciliation (S4)

Both sides have ${dossiers} dossiers of five years, of which one in a thousand differs in one of six ways; every tenth was paused once. (a) took
${listing.calls} pages of the portal's listing; (c) an export of ${exported.megabytes} MB, taken in by the gateway within ${exported.takenSeconds} s (${exported.takenMiB} MiB of memory) and compared in ${exported.seconds} s. Both
include the second look that every difference needs, which asks the portal by code, here without a limit of calls that a real one has.
When they begin, modes are settled, open dossiers are judged, the feed has copied everything, and what a worker looks through once (seals, silent failures,
totals) is done. The worker runs with the flags that \`deploy/compose.yaml\` gives it.
Counting the rows of our side alone takes ${countSeconds} s. (b) asks about what is open or was delivered in the last 30 days: ${byCode.inScope}
dossiers; the other ${byCode.unchecked} are counted as unchecked. Its times are computed from the pace that a sample reached
(${byCode.paces.map(({ callsPerSecond, askedPerSecond }) => `${askedPerSecond}/s of ${callsPerSecond}`).join(', ')}). A run whose process was killed was taken up by the next one: ${byCode.resumed.compared} of ${byCode.resumed.dossiers} dossiers counted, each once.
`,
};

/** The listing has as many pages as it has: what a portal allows a second is its own affair. */
const UNHINDERED = { RECONCILE_CALLS_PER_SECOND: '1000' };

async function byListing(province: Province, say: (line: string) => void): Promise<S4Result['listing']> {
  say('S4 (a): by the listing');
  const gateway = await province.gateway(UNHINDERED);
  const before = (await province.asked()).LayDanhSachHoSo ?? 0;
  const run = await reconcile(gateway, periodOf(province.years));
  const calls = ((await province.asked()).LayDanhSachHoSo ?? 0) - before;
  await gateway.stop();
  return { ...(await wholeOf(province, run, say)), calls };
}

async function wholeOf(
  province: Province,
  { answer, seconds, memory }: Awaited<ReturnType<typeof reconcile>>,
  say: (line: string) => void,
): Promise<WholeRun> {
  const held = await hold(province);
  await province.forget();
  const whole = {
    ...held,
    seconds: round(seconds, 1),
    compared: answer.compared,
    inStep: answer.inStep,
    memoryMiB: Math.max(...memory),
  };
  say(`  ${JSON.stringify({ ...whole, memory })}`);
  return whole;
}

async function byExport(
  province: Province,
  folder: string,
  say: (line: string) => void,
): Promise<S4Result['exported']> {
  say('S4 (c): by an uploaded export');
  const path = join(folder, 'export.csv');
  await pipeline(Readable.from(linesOf(province.years)), createWriteStream(path));
  const file = await openAsBlob(path);
  const gateway = await province.gateway(UNHINDERED);
  const { from, to } = periodOf(province.years);
  const asOf = encodeURIComponent(rfc3339(Date.now()));
  const began = performance.now();
  const { id } = await gateway.upload<{ id: number }>(`/v1/portal-exports?asOf=${asOf}&from=${from}&to=${to}`, file);
  const takenSeconds = round((performance.now() - began) / SECOND, 1);
  const takenMiB = await peakOf(gateway.process.pid);
  say(`  taken in within ${takenSeconds} s, ${takenMiB} MiB at most`);
  const run = await reconcile(gateway, { exportId: id });
  await gateway.stop();
  await rm(path);
  return {
    ...(await wholeOf(province, run, say)),
    megabytes: Math.round(file.size / 1e6),
    takenSeconds,
    takenMiB,
  };
}

function* linesOf(years: FiveYears): Generator<string> {
  yield 'Mã hồ sơ,Mã TTHC,Ngày tiếp nhận,Ngày hẹn trả,Hình thức nộp,Trạng thái\n';
  let lines = '';
  for (let n = 0; n < years.dossiers; n++) {
    for (const shown of [atPortal(years, n), onlyAtPortal(years, n)]) if (shown !== null) lines += lineOf(shown);
    if (n % 1000 < 999) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}

const CHANNELS: Readonly<Record<string, string>> = { '1': 'Trực tiếp', '2': 'Trực tuyến', '3': 'Bưu chính công ích' };
const STATUSES: Readonly<Record<string, string>> = {
  '1': 'Mới đăng ký',
  '2': 'Được tiếp nhận',
  '4': 'Đang xử lý',
  '6': 'Yêu cầu thực hiện nghĩa vụ tài chính',
  '7': 'Công dân yêu cầu rút hồ sơ',
  '10': 'Đã trả kết quả',
};

/** As people see it: words, and times to the minute. */
const lineOf = ({ code, receivedAt, appointmentAt, channel, status }: PortalDossier): string =>
  `${code},1.005129,${paper(receivedAt)},${paper(appointmentAt)},${CHANNELS[channel]},${STATUSES[status]}\n`;

function paper(at: number): string {
  const iso = new Date(at + 7 * HOUR).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}`;
}

async function oneByOne(province: Province, say: (line: string) => void): Promise<S4Result['byCode']> {
  say('S4 (b): one code at a time');
  await province.lists(false);
  const { years, database } = province;
  const { rows } = await database.query<{ n: number }>(
    `select count(*)::int as n from dossier d join sync_state s on s.dossier_id = d.id
     where d.finished_at is null or s.acked_at >= now() - interval '30 days'`,
  );
  const inScope = rows[0]!.n;
  // Its lease runs out while the paces are measured.
  const goOn = await killed(province, say);
  const paces: ByCode[] = [];
  const last = { from: isoDate(years.firstDay + years.days - 30), to: periodOf(years).to, extent: 'active' };
  for (const callsPerSecond of PACES) {
    const gateway = await province.gateway({ RECONCILE_CALLS_PER_SECOND: String(callsPerSecond) });
    const { id } = await gateway.call<{ id: string }>('POST', '/v1/reconciliations', last);
    const reads = async (): Promise<number> => (await province.asked()).TraCuuHoSo ?? 0;
    const first = await reads();
    while ((await reads()) === first) await sleep(100);
    const [asked, since] = [await reads(), performance.now()];
    await sleep(SAMPLE);
    const askedPerSecond = ((await reads()) - asked) / ((performance.now() - since) / SECOND);
    await gateway.call('POST', `/v1/reconciliations/${id}/cancel`, { reason: 'Đo xong' });
    await gateway.stop();
    const hours = round(inScope / askedPerSecond / (HOUR / SECOND), 2);
    paces.push({ callsPerSecond, askedPerSecond: round(askedPerSecond, 1), hours });
    say(`  ${JSON.stringify(paces.at(-1))}`);
  }
  const resumed = await goOn();
  await province.lists(true);
  return { inScope, unchecked: years.dossiers - inScope, paces, resumed };
}

/** Two days, whose process is killed once the first is done; the function given lets another one go on. */
async function killed(
  province: Province,
  say: (line: string) => void,
): Promise<() => Promise<{ compared: number; dossiers: number }>> {
  await province.forget();
  const { years } = province;
  const period = { from: isoDate(years.firstDay + years.days - 2), to: periodOf(years).to };
  const first = await province.gateway(UNHINDERED);
  const { id } = await first.call<{ id: string }>('POST', '/v1/reconciliations', period);
  const look = (gateway: typeof first): Promise<RunAnswer> => gateway.call('GET', `/v1/reconciliations/${id}`);
  while ((await look(first)).compared === 0) await sleep(20);
  first.worker.child.kill('SIGKILL');
  await first.stop();
  await sleep(SECOND);
  return async () => {
    const second = await province.gateway(UNHINDERED);
    const until = performance.now() + 3 * MINUTE;
    while ((await look(second)).state === 'running' && performance.now() < until) await sleep(200);
    const { compared } = await look(second);
    await second.stop();
    const { rows } = await province.database.query<{ n: number }>(
      "select count(*)::int as n from dossier where coalesce(received_at, submitted_at) >= ($1 || 'T00:00:00+07:00')::timestamptz",
      [period.from],
    );
    say(`  killed and taken up: ${compared} of ${rows[0]!.n} compared`);
    return { compared, dossiers: rows[0]!.n };
  };
}

/** The most memory that a process has had, in MiB. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
}
