/** @module The paper of an evidence pack, in Vietnamese: what differs, what each side shows, what was done, whom it is for. Pure. */
import { paperTime } from '../deadlines/local-time.ts';
import type { Contact } from '../incidents/parties.ts';
import type { Block, Paper } from '../papers/paper.ts';
import type { Matter, Shown, StatedDifference, StatedDossier } from './matter.ts';
import { CHANNEL_WORDS, OUTCOME_WORDS, SIDE_WORDS, STATE_WORDS, STATUS_WORDS } from './words.ts';

/** An image of the pack that a paper can show. */
export interface ShownImage {
  readonly content: Buffer;
  readonly mediaType: string;
  readonly caption: string;
}

const NONE = '–';
/** Of one dossier: more are in the JSON. */
const MOST_ROWS = 30;

const time = (at: string | null): string => (at === null ? NONE : paperTime(Date.parse(at)));

export function evidencePaper(matter: Matter, images: readonly ShownImage[], madeAt: number): Paper {
  const { number, title, dossiers, steps, messages, parties, sender } = matter;
  return {
    title: `HỒ SƠ CHỨNG MINH LỖI ĐỒNG BỘ`,
    issuer: sender.name,
    number: `Số: ${number}`,
    dated: `Lập lúc ${paperTime(Math.floor(madeAt / 1000) * 1000)}`,
    blocks: [
      { kind: 'text', text: `Kính gửi: ${parties.map(({ name }) => name).join('; ')}` },
      {
        kind: 'facts',
        rows: [
          ['Nội dung', title],
          ['Hệ thống', matter.destinationName],
          ['Số hồ sơ liên quan', String(dossiers.length)],
        ],
      },
      heading('1. Hồ sơ và sai lệch'),
      {
        kind: 'table',
        head: ['Mã hồ sơ', 'Mã TTHC', 'Mã dịch vụ công', 'Cơ quan', 'Sai lệch', 'Phát hiện'],
        shares: [2.3, 1.2, 1.4, 1.8, 1.8, 1.3],
        rows: dossiers.flatMap((dossier) =>
          dossier.differences.map((one) => [
            dossier.code,
            dossier.procedureCode ?? NONE,
            dossier.serviceCode ?? NONE,
            [dossier.agencyCode, dossier.agencyName].filter((text) => text !== null).join(' – ') || NONE,
            one.title,
            time(one.firstSeenAt),
          ]),
        ),
      },
      ...dossiers.flatMap((dossier, n) => dossierBlocks(dossier, n + 1, matter.destinationName)),
      heading('2. Thao tác của cán bộ'),
      steps.length === 0
        ? { kind: 'text', text: 'Chưa ghi bước nào.' }
        : { kind: 'list', items: steps.map(({ at, words, by }) => `${words} (${time(at)}, ${by})`) },
      heading('3. Hình ảnh màn hình'),
      ...(images.length === 0 ? [{ kind: 'text', text: 'Chưa đính kèm hình ảnh.' } as const] : []),
      ...images.map((image) => ({ kind: 'image', ...image }) as const),
      ...matter.images
        .filter(({ mediaType }) => mediaType === 'application/pdf')
        .map(({ name }) => ({ kind: 'text', text: `Văn bản kèm theo: ${name}` }) as const),
      heading('4. Nơi nhận và thời hạn trả lời'),
      {
        kind: 'table',
        head: ['Nơi nhận', 'Liên hệ', 'Đã gửi', 'Hạn trả lời', 'Đã trả lời'],
        shares: [2.4, 2, 1.2, 1.6, 1.2],
        rows: parties.map((party) => [
          party.name,
          contactLine(party.contact),
          time(party.sentAt),
          party.dueAt === null ? `${party.answerWorkingDays} ngày làm việc kể từ khi gửi` : time(party.dueAt),
          time(party.answeredAt),
        ]),
      },
      ...(messages.length === 0
        ? []
        : [
            {
              kind: 'table',
              head: ['Thời điểm', 'Bên', 'Nội dung'],
              shares: [1.2, 2, 4],
              rows: messages.map(({ at, kind, party, channel, reference, words }) => [
                time(at),
                `${kind === 'sent' ? 'Gửi tới' : 'Trả lời của'} ${parties.find((one) => one.party === party)?.name ?? party}`,
                [words, channel && `qua ${CHANNEL_WORDS[channel]}`, reference].filter(Boolean).join(' · '),
              ]),
            } as const,
          ]),
      heading('5. Đầu mối liên hệ'),
      {
        kind: 'facts',
        rows: [
          ['Đơn vị gửi', sender.name],
          ['Liên hệ', contactLine(sender.contact)],
        ],
      },
      {
        kind: 'text',
        isSmall: true,
        text: 'Nội dung trao đổi nguyên văn nằm trong thư mục trao-doi của bộ tệp này; thông tin đăng nhập và thông tin cá nhân đã được che theo quy định, mã SHA-256 là của bản gốc. Cách kiểm tra chữ ký: xem tệp CACH-KIEM-TRA.txt.',
      },
    ],
  };
}

const heading = (text: string): Block => ({ kind: 'heading', text });

function dossierBlocks(dossier: StatedDossier, n: number, destination: string): Block[] {
  const { code, timeline, attempts, exchanges, ours, theirs, differences } = dossier;
  return [
    heading(`1.${n}. Hồ sơ ${code}`),
    {
      kind: 'facts',
      rows: [
        [
          'Thủ tục hành chính',
          [dossier.procedureCode, dossier.procedureName].filter((text) => text !== null).join(' – ') || NONE,
        ],
        ['Mã dịch vụ công', dossier.serviceCode ?? NONE],
        ['Cơ quan', [dossier.agencyCode, dossier.agencyName].filter((text) => text !== null).join(' – ') || NONE],
        ['Số hồ sơ ở hệ thống khác', dossier.aliases.join(', ') || NONE],
        ['Tiếp nhận', time(dossier.receivedAt)],
        ['Ngày hẹn trả', time(dossier.appointmentAt)],
        ['Trạng thái tại tỉnh', STATUS_WORDS[dossier.status] ?? NONE],
      ],
    },
    {
      kind: 'table',
      head: ['Sai lệch', 'Bên tỉnh', `Bên ${destination}`, 'Diễn biến'],
      shares: [1.6, 2, 2, 2.4],
      rows: differences.map((one) => [one.title, sideLine(one.ours), sideLine(one.theirs), historyLine(one)]),
    },
    {
      kind: 'table',
      head: ['Hiển thị', 'Bên tỉnh (phải có)', `Bên ${destination} (khi lấy về)`],
      shares: [1.4, 3, 3],
      rows: [
        ['Trạng thái', statusLine(ours), theirs === null ? 'Không lấy được' : statusLine(theirs)],
        ['Ngày hẹn trả', time(ours.appointmentAt), theirs === null ? NONE : time(theirs.appointmentAt)],
        ['Tiến độ', progressLines(ours), theirs === null ? NONE : progressLines(theirs)],
      ],
    },
    {
      kind: 'table',
      head: ['STT', 'Thời điểm', 'Ghi nhận', 'Diễn biến tại tỉnh', 'Nguồn'],
      shares: [0.5, 1.5, 1.5, 3.4, 1.2],
      rows: timeline
        .slice(-MOST_ROWS)
        .map(({ seq, at, recordedAt, what, source }) => [String(seq), time(at), time(recordedAt), what, source]),
    },
    {
      kind: 'table',
      head: ['Thời điểm gửi', 'Đến mục', 'Kết quả', 'Trả lời'],
      shares: [1.5, 0.8, 2, 3],
      rows: attempts
        .slice(-MOST_ROWS)
        .map(({ at, toSeq, outcome, detail }) => [
          time(at),
          String(toSeq),
          OUTCOME_WORDS[outcome] ?? outcome,
          detail ?? NONE,
        ]),
    },
    {
      kind: 'table',
      head: ['Trao đổi', 'Thời điểm', 'Kết quả', 'SHA-256 câu trả lời gốc'],
      shares: [2.6, 1.3, 1.4, 2.8],
      rows: exchanges.map(({ name, at, outcome, answerSha256 }) => [
        name,
        time(at),
        outcome === 'answered' ? 'Có trả lời' : outcome,
        answerSha256 ?? NONE,
      ]),
    },
  ];
}

const statusLine = ({ status, statusName }: Shown): string =>
  status === null ? 'Không có hồ sơ' : `${status} – ${statusName}`;

const progressLines = ({ progress }: Shown): string =>
  progress === null
    ? 'Không cung cấp'
    : progress.map(({ at, status, text, statusName }) => `${time(at)}: ${status} – ${text || statusName}`).join('\n') ||
      NONE;

const sideLine = (side: object | null): string =>
  side === null
    ? 'Không có'
    : Object.entries(side)
        .map(
          ([name, value]) =>
            `${SIDE_WORDS[name] ?? name}: ${name.endsWith('At') && typeof value === 'string' ? time(value) : String(value)}`,
        )
        .join('; ');

const historyLine = ({ firstSeenAt, confirmedAt, repairs, repairedAt, state, cause }: StatedDifference): string =>
  [
    `phát hiện ${time(firstSeenAt)}`,
    confirmedAt && `xác nhận ${time(confirmedAt)}`,
    repairs > 0 && `đồng bộ lại ${repairs} lần`,
    repairedAt && `khắc phục ${time(repairedAt)}`,
    STATE_WORDS[state],
    cause && `nguyên nhân: ${cause}`,
  ]
    .filter(Boolean)
    .join('; ');

const contactLine = ({ unit, person, address, email, phone }: Contact): string =>
  [unit, person, address, email, phone].filter(Boolean).join(', ') || NONE;
