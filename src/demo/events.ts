/** @module What the systems told of a demo dossier, step by step, from its story and the time it had. */
import type { Calendar } from '../deadlines/calendar.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import type { EntryBody } from '../dossiers/state.ts';
import type { Outcome, Status } from '../dossiers/status.ts';
import { pauseKind } from '../dossiers/status.ts';
import { inventOfficer, isLand } from './fields.ts';
import { between, pick, type Random } from './random.ts';
import type { Story } from './stories.ts';
import { type Frame, inOffice } from './times.ts';

export type DemoSource = 'igate' | 'land-registry' | 'coordination';

export interface DemoEvent {
  readonly source: DemoSource;
  readonly eventId: string;
  readonly status: Status;
  /** The pause reason's code; null for everything but `paused`. */
  readonly reason: string | null;
  readonly outcome: Outcome | null;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** A new date that the ministry's system put in writing. */
  readonly appointment: { readonly at: number; readonly basis: 'ministry' } | null;
  readonly body: EntryBody;
}

/** What VBDLIS pauses for; for the rest the one-stop shop itself does. */
const LAND_REGISTRY_REASONS: ReadonlySet<string> = new Set([
  'supplement-appraisal',
  'tax-determination',
  'citizen-payment',
  'public-posting',
  'extension',
  'other',
]);
const COORDINATION_SHARE = 0.25;

const STEP_NOTES = ['Thẩm định hồ sơ', 'Kiểm tra hồ sơ', 'Dự thảo kết quả', 'Trình ký kết quả'];
const PAUSE_NOTES: Readonly<Record<string, string>> = {
  supplement: 'Đề nghị bổ sung, hoàn thiện hồ sơ',
  'supplement-intake': 'Thiếu giấy tờ khi tiếp nhận',
  'supplement-appraisal': 'Đề nghị bổ sung giấy tờ khi thẩm định',
  'financial-obligation': 'Chờ thực hiện nghĩa vụ tài chính',
  'tax-determination': 'Đã chuyển thông tin sang Thuế tỉnh Đắk Lắk',
  'citizen-payment': 'Đã có thông báo thuế, chờ nộp tiền',
  consultation: 'Lấy ý kiến cơ quan liên quan',
  'linked-agency': 'Chờ kết quả của cơ quan liên thông',
  'field-inspection': 'Kiểm tra thực địa',
  'public-posting': 'Niêm yết công khai tại trụ sở UBND cấp xã',
};
const REFUSALS = ['Hồ sơ không thuộc thẩm quyền giải quyết', 'Thành phần hồ sơ không đúng quy định'];
const WITHDRAWALS = ['Công dân đề nghị rút hồ sơ để chỉnh sửa', 'Công dân không còn nhu cầu'];
const STOPS = ['Công dân đề nghị dừng giải quyết hồ sơ'];

/** The events that follow a dossier's registration, in the order of time, each with effect on it. */
export function eventsOf(story: Story, frame: Frame, code: string, calendar: Calendar, random: Random): DemoEvent[] {
  const { receivedAt, lastAt, dueAt, procedure } = frame;
  const events: DemoEvent[] = [];
  const work = calendar.workingMinutesBetween(receivedAt, lastAt);
  /** A moment of the work by its share of the time there was. */
  const at = (share: number): number => inOffice(receivedAt, Math.floor(work * share), calendar);
  const say = (
    source: DemoSource,
    status: Status,
    occurredAt: number,
    more: Partial<Pick<DemoEvent, 'reason' | 'outcome' | 'appointment' | 'body'>> = {},
  ): void => {
    const body = { officer: inventOfficer(random, departmentOf(source)), ...more.body };
    const eventId = `${source}-${code}-${events.length + 1}`;
    events.push({ source, eventId, status, reason: null, outcome: null, occurredAt, appointment: null, ...more, body });
  };

  if (story.ends === 'submitted' || story.ends === 'accepted') return events;
  if (story.ends === 'rejected') {
    say('igate', 'rejected', receivedAt, { body: { reasonText: pick(random, REFUSALS) } });
    return events;
  }

  const worker: DemoSource = isLand(procedure)
    ? 'land-registry'
    : random() < COORDINATION_SHARE
      ? 'coordination'
      : 'igate';
  say(worker, 'processing', at(0.1), { body: { note: STEP_NOTES[0] } });
  if (story.ends === 'withdrawn' || story.ends === 'stopped') {
    const isStop = story.ends === 'stopped';
    const document = isStop
      ? { document: { form: '05', number: `${between(random, 10, 99)}/TB`, date: dateOf(lastAt) } }
      : {};
    say('igate', story.ends, lastAt, { body: { reasonText: pick(random, isStop ? STOPS : WITHDRAWALS), ...document } });
    return events;
  }

  for (const [n, reason] of story.pauses.entries()) {
    const since = at(0.3 + (0.5 * n) / story.pauses.length);
    say(pauserOf(worker, reason), 'paused', since, { reason, body: pauseBody(reason, since, random) });
  }
  if (story.ends === 'paused') return events;
  const pausedBy = events.findLast(({ status }) => status === 'paused');
  if (pausedBy) {
    const resumedAt = at(0.85);
    const waited = calendar.workingMinutesBetween(at(0.3), resumedAt);
    const newDate = calendar.closeAtOrAfter(calendar.addWorkingMinutes(dueAt, waited));
    const isDocumented = pausedBy.source === 'land-registry';
    say(pausedBy.source, 'resumed', resumedAt, {
      appointment: isDocumented ? { at: newDate, basis: 'ministry' } : null,
      body: { note: 'Tiếp tục xử lý hồ sơ' },
    });
  } else if (random() < 0.6) say(worker, 'processing', at(0.6), { body: { note: pick(random, STEP_NOTES.slice(1)) } });
  if (story.ends === 'processing') return events;

  say(worker, 'completed', lastAt, { outcome: random() < 0.95 ? 'granted' : 'ineligible' });
  if (story.ends === 'returned') say('igate', 'returned', inOffice(lastAt, between(random, 30, 240), calendar));
  return events;
}

const pauserOf = (worker: DemoSource, reason: string): DemoSource =>
  worker === 'land-registry' && !LAND_REGISTRY_REASONS.has(reason) ? 'igate' : worker;

function pauseBody(reason: string, since: number, random: Random): EntryBody {
  const note = PAUSE_NOTES[reason];
  const form = pauseKind(reason) === 'supplement' ? '02' : reason === 'extension' ? '04' : null;
  return {
    ...(note ? { note } : {}),
    ...(form ? { document: { form, number: `${between(random, 10, 299)}/PBS`, date: dateOf(since) } } : {}),
  };
}

const dateOf = (at: number): string => isoDate(dayOf(at));

const departmentOf = (source: DemoSource): string =>
  source === 'land-registry'
    ? 'Văn phòng Đăng ký đất đai'
    : source === 'coordination'
      ? 'Cơ quan giải quyết'
      : 'Bộ phận Một cửa';
