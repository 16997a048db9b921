/** @module The paper of an evidence pack, in Vietnamese: what differs, what each side shows, what was done, whom it is for. Pure. */
import { paperTime } from '../deadlines/local-time.ts';
import type { Contact } from '../incidents/parties.ts';
import type { Block, Heading, Paper } from '../papers/paper.ts';
import { STATE_WORDS } from '../reconciliation/words.ts';
import type { Matter, Shown, StatedDifference, StatedDossier, StatedExchange } from './matter.ts';
import { CHANNEL_WORDS, OUTCOME_WORDS, STATUS_WORDS } from './words.ts';

/** An image of the pack that a paper can show. */
export interface ShownImage {
  readonly content: Buffer;
  readonly mediaType: string;
  readonly caption: string;
}

const NONE = '–';
/** Of one dossier: the first and the newest of many of a kind; all are in the JSON. */
const FIRST_ROWS = 4;
const NEWEST_ROWS = 10;
/** Told one by one; nobody reads more on paper, and the JSON has them all. */
const MOST_DETAILED = 20;
/** Letters of an answer that stand in the paper. */
const EXCERPT = 240;

const time = (at: string | null): string => (at === null ? NONE : paperTime(Date.parse(at)));
const named = (code: string | null, name: string | null): string =>
  [code, name].filter((text) => text !== null).join(' – ') || NONE;
const heading = (level: Heading['level'], text: string): Heading => ({ kind: 'heading', level, text });

export function evidencePaper(matter: Matter, images: readonly ShownImage[], madeAt: number): Paper {
  const { number, title, dossiers, parties, sender, destinationName } = matter;
  return {
    sender,
    number,
    madeAt,
    title: 'HỒ SƠ CHỨNG MINH LỖI ĐỒNG BỘ',
    about: title,
    addressees: parties.map(({ name }) => name),
    blocks: [
      heading(1, 'I. TÓM TẮT'),
      { kind: 'text', text: summaryOf(matter) },
      { kind: 'text', text: requestOf(matter) },
      heading(1, 'II. HỒ SƠ VÀ SAI LỆCH'),
      {
        kind: 'table',
        head: ['TT', 'Mã hồ sơ', 'Mã TTHC, mã dịch vụ công', 'Cơ quan', 'Sai lệch', 'Phát hiện'],
        shares: [0.45, 2.15, 1.25, 1.6, 2.4, 1.2],
        rows: dossiers.flatMap((dossier, n) =>
          dossier.differences.map((one) => [
            String(n + 1),
            dossier.code,
            [dossier.procedureCode, dossier.serviceCode].filter((code) => code !== null).join('\n') || NONE,
            named(dossier.agencyCode, dossier.agencyName),
            `${one.title}\nBên tỉnh: ${one.oursWords}\nBên nhận: ${one.theirsWords}`,
            time(one.firstSeenAt),
          ]),
        ),
      },
      heading(1, 'III. CHI TIẾT TỪNG HỒ SƠ'),
      ...dossiers.slice(0, MOST_DETAILED).flatMap((dossier, n) => dossierBlocks(dossier, n + 1, destinationName)),
      ...(dossiers.length <= MOST_DETAILED
        ? []
        : [
            {
              kind: 'text',
              text: `Chi tiết của ${dossiers.length - MOST_DETAILED} hồ sơ còn lại có trong tệp ho-so-chung-minh.json và thư mục trao-doi của bộ tệp này.`,
            } as const,
          ]),
      ...stepBlocks(matter, images),
      ...partyBlocks(matter),
      heading(1, 'VI. ĐẦU MỐI LIÊN HỆ'),
      {
        kind: 'facts',
        rows: [
          ['Đơn vị gửi', sender.name],
          ['Liên hệ', contactLine(sender.contact)],
        ],
      },
      heading(1, 'VII. KIỂM TRA TÍNH TOÀN VẸN'),
      {
        kind: 'text',
        text: 'Nội dung trao đổi nguyên văn nằm trong thư mục trao-doi của bộ tệp; thông tin đăng nhập và thông tin cá nhân đã được che theo quy định, mã SHA-256 là của bản gốc trước khi che. Mã SHA-256 của mọi tệp nằm trong tệp SHA256SUMS, được ký số tách rời; cách kiểm tra chữ ký ghi trong tệp CACH-KIEM-TRA.txt.',
      },
    ],
    recipients: [...parties.map(({ name }) => name), 'Lưu: VT'],
  };
}

/** What was found, how often, and what came of it, in words that hold whatever it is. */
function summaryOf({ dossiers, destinationName }: Matter): string {
  const differences = dossiers.flatMap((dossier) => dossier.differences);
  const first = differences
    .map(({ firstSeenAt }) => firstSeenAt)
    .reduce((a, b) => (Date.parse(a) < Date.parse(b) ? a : b));
  const kinds = [...Map.groupBy(differences, ({ title }) => title)].map(([title, of]) => `${title} (${of.length})`);
  const repairs = Math.max(...differences.map((one) => one.repairs));
  const taken = dossiers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const over = differences.filter(({ state }) => state === 'repaired' || state === 'closed').length;
  return [
    `Đối soát giữa dữ liệu của tỉnh và ${destinationName} từ ${time(first)} xác định ${dossiers.length} hồ sơ với ${differences.length} sai lệch: ${kinds.join('; ')}.`,
    taken > 0 && `Bên nhận đã ${taken} lần trả lời là đã nhận dữ liệu của các hồ sơ này.`,
    repairs > 0 && `Cổng kết nối của tỉnh đã đồng bộ lại, nhiều nhất ${repairs} lần một hồ sơ, và đọc lại sau mỗi lần.`,
    over === differences.length
      ? 'Đến khi lập hồ sơ này, các sai lệch đều đã hết.'
      : `Đến khi lập hồ sơ này, ${differences.length - over} sai lệch vẫn còn.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const requestOf = ({ parties }: Matter): string =>
  `Đề nghị ${parties.length === 1 ? parties[0]!.name : 'các cơ quan, đơn vị nhận'} kiểm tra, khắc phục và trả lời theo thời hạn tại mục V.`;

/** The first and the newest rows, with how many are left out between them. */
function sampled(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const left = rows.length - FIRST_ROWS - NEWEST_ROWS;
  if (left <= 1) return rows;
  const gap = rows[0]!.map((_, column) => (column === 0 ? '…' : column === 1 ? `và ${left} mục khác` : '…'));
  return [...rows.slice(0, FIRST_ROWS), gap, ...rows.slice(-NEWEST_ROWS)];
}

/** Told with their letters, in the order of Vietnamese papers. */
function lettered(parts: readonly (readonly [string, Block])[]): Block[] {
  return parts.flatMap(([title, block], i) => [heading(3, `${'abcdđe'[i]}) ${title}`), block]);
}

function dossierBlocks(dossier: StatedDossier, n: number, destination: string): Block[] {
  const { code, timeline, attempts, exchanges, ours, theirs, differences } = dossier;
  const tables: [string, Block & { readonly kind: 'table' }][] = [
    [
      'Sai lệch và quá trình khắc phục',
      {
        kind: 'table',
        head: ['Sai lệch', 'Bên tỉnh', `Bên ${destination}`, 'Diễn biến'],
        shares: [1.6, 1.9, 1.9, 2.6],
        rows: differences.map((one) => [one.title, one.oursWords, one.theirsWords, historyLine(one)]),
      },
    ],
    [
      theirs === null
        ? 'Thông tin hiển thị ở hai bên'
        : `Thông tin hiển thị ở hai bên, lấy về lúc ${time(theirs.fetchedAt)}`,
      {
        kind: 'table',
        head: ['Thông tin', 'Bên tỉnh (phải có)', `Bên ${destination} (khi lấy về)`],
        shares: [1.3, 3, 3],
        rows: [
          ['Trạng thái', statusLine(ours), theirs === null ? 'Không lấy được' : statusLine(theirs)],
          ['Ngày hẹn trả', time(ours.appointmentAt), theirs === null ? NONE : time(theirs.appointmentAt)],
          ['Tiến độ', progressLines(ours), theirs === null ? NONE : progressLines(theirs)],
          ...(theirs?.answerSha256 ? [['SHA-256 câu trả lời gốc', NONE, theirs.answerSha256]] : []),
        ],
      },
    ],
    [
      'Diễn biến ghi nhận tại tỉnh',
      {
        kind: 'table',
        head: ['Mục', 'Thời điểm', 'Ghi nhận lúc', 'Diễn biến', 'Nguồn'],
        shares: [0.6, 1.35, 1.35, 3.2, 1.8],
        rows: timeline.map(({ seq, at, recordedAt, what, sourceName }) => [
          String(seq),
          time(at),
          time(recordedAt),
          what,
          sourceName,
        ]),
      },
    ],
    [
      'Các lần gửi',
      {
        kind: 'table',
        head: ['Thời điểm gửi', 'Đến mục', 'Kết quả', 'Ghi chú'],
        shares: [1.6, 0.7, 2.2, 3],
        rows: attempts.map(({ at, toSeq, outcome, detail }) => [
          time(at),
          String(toSeq),
          OUTCOME_WORDS[outcome] ?? outcome,
          detail ?? NONE,
        ]),
      },
    ],
    [
      `Nội dung trao đổi (tệp trao-doi/<TT>-${code}-<thao tác>)`,
      {
        kind: 'table',
        head: ['TT', 'Thời điểm', 'Thao tác', 'Trả lời (trích)', 'SHA-256 câu trả lời gốc'],
        shares: [0.45, 1.15, 2.15, 2.15, 2.1],
        rows: exchanges.map((one, i) => [
          String(i + 1).padStart(2, '0'),
          time(one.at),
          one.operation,
          excerptOf(one),
          one.answerSha256 ?? NONE,
        ]),
      },
    ],
  ];
  return [
    heading(2, `${n}. Hồ sơ ${code}`),
    {
      kind: 'facts',
      rows: [
        ['Thủ tục hành chính', named(dossier.procedureCode, dossier.procedureName)],
        ['Mã dịch vụ công', dossier.serviceCode ?? NONE],
        ['Cơ quan', named(dossier.agencyCode, dossier.agencyName)],
        ['Số hồ sơ ở hệ thống khác', dossier.aliases.join(', ') || NONE],
        ['Tiếp nhận', time(dossier.receivedAt)],
        ['Ngày hẹn trả', time(dossier.appointmentAt)],
        ['Trạng thái tại tỉnh', STATUS_WORDS[dossier.status] ?? NONE],
      ],
    },
    ...lettered(
      tables.map(([title, table]) => [
        title,
        table.rows.length > 0 ? { ...table, rows: sampled(table.rows) } : { kind: 'text', text: 'Không có.' },
      ]),
    ),
  ];
}

function stepBlocks({ steps, images }: Matter, shown: readonly ShownImage[]): Block[] {
  const papers = images.filter(({ mediaType }) => mediaType === 'application/pdf');
  return [
    heading(1, 'IV. THAO TÁC CỦA CÁN BỘ VÀ HÌNH ẢNH MÀN HÌNH'),
    heading(2, '1. Các bước cán bộ đã thực hiện'),
    steps.length === 0
      ? { kind: 'text', text: 'Chưa ghi bước nào.' }
      : { kind: 'list', items: steps.map(({ at, words, by }) => `${words} (${time(at)}, ${by})`) },
    heading(2, '2. Hình ảnh màn hình, văn bản kèm theo'),
    ...(shown.length + papers.length === 0 ? [{ kind: 'text', text: 'Chưa đính kèm.' } as const] : []),
    ...shown.map((image) => ({ kind: 'image', ...image }) as const),
    ...papers.map(({ name, fileName }) => ({ kind: 'text', text: `Văn bản kèm theo: ${fileName} (${name})` }) as const),
  ];
}

function partyBlocks({ parties, messages }: Matter): Block[] {
  const said: Block = {
    kind: 'table',
    head: ['Thời điểm', 'Bên', 'Nội dung'],
    shares: [1.2, 2.2, 4],
    rows: messages.map(({ at, kind, party, channel, reference, words }) => [
      time(at),
      `${kind === 'sent' ? 'Gửi tới' : 'Trả lời của'} ${parties.find((one) => one.party === party)?.name ?? party}`,
      [words, [channel && `Qua ${CHANNEL_WORDS[channel]}`, reference && `số ${reference}`].filter(Boolean).join(', ')]
        .filter(Boolean)
        .join('\n'),
    ]),
  };
  return [
    heading(1, 'V. NƠI NHẬN VÀ THỜI HẠN TRẢ LỜI'),
    {
      kind: 'table',
      head: ['Nơi nhận', 'Liên hệ', 'Đã gửi', 'Hạn trả lời', 'Đã trả lời'],
      shares: [2.3, 1.9, 1.2, 1.4, 1.2],
      rows: parties.map((party) => [
        party.name,
        contactLine(party.contact),
        time(party.sentAt),
        party.dueAt === null ? `${party.answerWorkingDays} ngày làm việc kể từ khi gửi` : time(party.dueAt),
        time(party.answeredAt),
      ]),
    },
    ...(messages.length === 0 ? [] : [heading(3, 'Việc gửi và trả lời'), said]),
  ];
}

/** What was answered, as far as it goes into a cell; the whole stands in its file. */
function excerptOf({ outcome, answer }: StatedExchange): string {
  if (answer === null) return outcome === 'answered' ? NONE : outcome;
  const words = answer.replace(/\s+/g, ' ');
  const short = words.length <= EXCERPT ? words : `${words.slice(0, EXCERPT)}…`;
  return outcome === 'answered' ? short : `${outcome}: ${short}`;
}

const statusLine = ({ status, statusName }: Shown): string =>
  status === null ? 'Không có hồ sơ' : `${status} – ${statusName}`;

const progressLines = ({ progress }: Shown): string =>
  progress === null
    ? 'Không cung cấp'
    : progress.map(({ at, status, text, statusName }) => `${time(at)}: ${status} – ${text || statusName}`).join('\n') ||
      NONE;

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
