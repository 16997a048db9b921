/** @module The documents of connectors, made from their declarations: a page for each, and the table of grades. */
import type { z } from 'zod';
import { variableOf } from '../config.ts';
import type { Bilingual } from '../errors.ts';
import type { Language } from '../http/language.ts';
import { settingFacts } from '../settings/setting.ts';
import type { Connector } from './define.ts';
import type { Operation } from './operation.ts';
import { declaredGrade, type Standing, standingOf } from './quality/grade.ts';
import { type Grade, RULES, type Rule } from './quality/rules.ts';

const rules: readonly Rule[] = RULES;

const WORDS = {
  vi: {
    made: 'Trang này được sinh từ khai báo của kết nối; sửa khai báo rồi chạy `npm run generate`.',
    overview: 'Các kết nối và hạng của chúng',
    intro:
      'Hạng là hạng cao nhất mà mọi quy tắc của nó và của các hạng dưới đều đạt. `npm test` chứng minh từng dấu ✓ bằng bộ giả lập với mọi lỗi; `lienthong connector check <tên>` làm lại việc đó cho một kết nối.',
    connector: 'Kết nối',
    grade: 'Hạng',
    capabilities: 'Khả năng',
    wire: 'Định dạng',
    rule: 'Quy tắc',
    why: 'Vì sao',
    exemptions: 'Được miễn, vì',
    settings: 'Thiết lập',
    setting: 'Biến môi trường',
    meaning: 'Ý nghĩa',
    fallback: 'Mặc định',
    secret: 'bí mật',
    operations: 'Thao tác',
    call: 'Lời gọi',
    scope: 'Quyền',
    effect: { read: 'đọc', write: 'ghi' },
    personal: 'dữ liệu cá nhân: phải gửi X-Purpose, X-Dossier, X-Officer; mỗi lượt vào nhật ký',
    keyed: 'phải gửi Idempotency-Key',
    cached: (seconds: number) => `trả lời được giữ ${seconds} giây`,
    stale: (seconds: number) => `khi hệ thống đích hỏng, thêm ${seconds} giây cho bên gọi cho phép`,
    example: 'Ví dụ',
    errors: 'Lỗi riêng',
    pushes: 'Thông báo nhận được',
    address: 'Địa chỉ',
    proof: { signature: 'chữ ký Standard Webhooks', 'path-code': 'mã bảo mật trong đường dẫn' } as Record<
      string,
      string
    >,
    more: 'Điều đã biết, cách xin tài khoản, giới hạn và xử lý sự cố',
    standing: { done: '✓', todo: 'chưa', 'not-applicable': '–', exempt: 'miễn' },
    none: 'chưa có',
  },
  en: {
    made: 'This page is made from the declaration of the connector; change that and run `npm run generate`.',
    overview: 'The connectors and their grades',
    intro:
      'A grade is the highest of which every rule, and every rule of the grades below, is kept. `npm test` proves each ✓ against the simulator with every fault; `lienthong connector check <name>` does so again for one connector.',
    connector: 'Connector',
    grade: 'Grade',
    capabilities: 'Capabilities',
    wire: 'Wire',
    rule: 'Rule',
    why: 'Why',
    exemptions: 'Exempt, because',
    settings: 'Settings',
    setting: 'Environment variable',
    meaning: 'Meaning',
    fallback: 'Default',
    secret: 'secret',
    operations: 'Operations',
    call: 'Call',
    scope: 'Scope',
    effect: { read: 'read', write: 'write' },
    personal: 'personal data: X-Purpose, X-Dossier and X-Officer must be sent; each call is audited',
    keyed: 'Idempotency-Key must be sent',
    cached: (seconds: number) => `answers are kept for ${seconds} seconds`,
    stale: (seconds: number) => `while the upstream fails, ${seconds} more for callers that allow it`,
    example: 'Example',
    errors: 'Errors of its own',
    pushes: 'Pushes',
    address: 'Address',
    proof: { signature: 'Standard Webhooks signature', 'path-code': 'security code in the path' } as Record<
      string,
      string
    >,
    more: 'What is known, how to get access, limitations and troubleshooting',
    standing: { done: '✓', todo: 'owed', 'not-applicable': '–', exempt: 'exempt' },
    none: 'none yet',
  },
} as const;

const GRADE_WORDS: Readonly<Record<Grade, Bilingual>> = {
  bronze: { vi: 'đồng', en: 'bronze' },
  silver: { vi: 'bạc', en: 'silver' },
  gold: { vi: 'vàng', en: 'gold' },
  platinum: { vi: 'bạch kim', en: 'platinum' },
};

const gradeIn = (connector: Connector, language: Language): string => {
  const grade = declaredGrade(connector);
  return grade === null ? WORDS[language].none : GRADE_WORDS[grade][language];
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Every page by its path in the project. */
export function connectorDocuments(connectors: readonly Connector[]): Record<string, string> {
  const pages: Record<string, string> = {};
  for (const language of ['vi', 'en'] as const) {
    pages[`docs/${language}/connectors/README.md`] = overview(connectors, language);
    for (const connector of connectors)
      pages[`docs/${language}/connectors/${connector.name}.md`] = page(connector, language);
  }
  return pages;
}

function overview(connectors: readonly Connector[], language: Language): string {
  const words = WORDS[language];
  const graded = connectors.map((connector) => [
    `[${connector.title[language]}](${connector.name}.md)`,
    gradeIn(connector, language),
    connector.capabilities.join(', '),
    `${connector.wire.version} (${connector.wire.confidence})`,
  ]);
  const kept = rules.map((rule) => [
    `${rule.title[language]} (\`${rule.id}\`)`,
    GRADE_WORDS[rule.grade][language],
    ...connectors.map((connector) => mark(standingOf(connector, rule), language)),
  ]);
  const reasons = rules.map((rule) => [rule.title[language], rule.why[language]]);
  const exempt = connectors.flatMap((connector) =>
    Object.entries(connector.quality ?? {}).flatMap(([id, state]) =>
      typeof state === 'object' ? [`- \`${connector.name}\`, \`${id}\`: ${state.exempt}`] : [],
    ),
  );
  return `${[
    `# ${words.overview}`,
    words.intro,
    table([words.connector, words.grade, words.capabilities, words.wire], graded),
    table([words.rule, words.grade, ...connectors.map(({ name }) => `\`${name}\``)], kept),
    ...(exempt.length === 0 ? [] : [`${words.exemptions}:`, exempt.join('\n')]),
    table([words.rule, words.why], reasons),
  ].join('\n\n')}\n`;
}

function mark(standing: Standing, language: Language): string {
  const words = WORDS[language].standing;
  return typeof standing === 'object' ? words.exempt : words[standing];
}

function page(connector: Connector, language: Language): string {
  const words = WORDS[language];
  const { name, title, wire, capabilities, operations = [] } = connector;
  return `${[
    `# ${title[language]}`,
    `\`${name}\` · ${words.capabilities}: ${capabilities.join(', ')} · ${words.grade}: [${gradeIn(connector, language)}](README.md) · ${words.wire}: ${wire.version} (${wire.confidence})`,
    wire.note[language],
    `[${words.more}](../../../connectors/${name}/README.md). ${words.made}`,
    ...settingsPart(connector, language),
    ...(operations.length === 0
      ? []
      : [`## ${words.operations}`, ...operations.map((each) => operationPart(each, language))]),
    ...pushesPart(connector, language),
  ].join('\n\n')}\n`;
}

function settingsPart({ name, settings }: Connector, language: Language): string[] {
  const words = WORDS[language];
  const rows = Object.entries(settings.shape).map(([key, schema]) => {
    const { description = '', secret, fallback } = settingFacts(schema as z.ZodType);
    return [
      `\`${variableOf(name, key)}\``,
      `${description}${secret ? ` (${words.secret})` : ''}`,
      fallback ? `\`${fallback}\`` : '',
    ];
  });
  return rows.length === 0 ? [] : [`## ${words.settings}`, table([words.setting, words.meaning, words.fallback], rows)];
}

function operationPart(operation: Operation, language: Language): string {
  const words = WORDS[language];
  const { id, method, path, scope, effect, personalData, cache, summary, description, example, errors } = operation;
  const facts = [
    `${words.scope} \`${scope}\``,
    words.effect[effect],
    ...(effect === 'write' ? [words.keyed] : []),
    ...(personalData ? [words.personal] : []),
    ...(cache ? [words.cached(cache.seconds), ...(cache.staleSeconds ? [words.stale(cache.staleSeconds)] : [])] : []),
    ...(errors.length > 0
      ? [`${words.errors}: ${errors.map((code) => `[\`${code}\`](../errors.md#${code})`).join(', ')}`]
      : []),
  ];
  const address = path.replace(/:(\w+)/g, (_, part: string) => example.params?.[part] ?? `{${part}}`);
  const query = example.query
    ? `?${new URLSearchParams(Object.entries(example.query).map(([key, value]): [string, string] => [key, String(value)]))}`
    : '';
  return [
    `### ${summary[language]}`,
    `\`${method} ${path.replace(/:(\w+)/g, '{$1}')}\` · \`${id}\``,
    ...(description ? [description[language]] : []),
    `${facts.join(' · ')}.`,
    `${words.example}:\n\n\`\`\`http\n${method} ${address}${query}${example.body === undefined ? '' : `\n\n${JSON.stringify(example.body, null, 2)}`}\n\`\`\``,
  ].join('\n\n');
}

function pushesPart({ name, webhook }: Connector, language: Language): string[] {
  if (!webhook) return [];
  const words = WORDS[language];
  const path = webhook.proof === 'path-code' ? `/v1/webhooks/${name}/{operation}/{code}` : `/v1/webhooks/${name}`;
  const operations = webhook.operations?.map((each) => `\`${each}\``).join(', ');
  return [
    `## ${words.pushes}`,
    `${words.address} \`POST ${path}\`: ${words.proof[webhook.proof] ?? webhook.proof}.${operations ? ` ${operations}.` : ''}`,
    `${words.example}:\n\n\`\`\`json\n${JSON.stringify(webhook.example.body, null, 2)}\n\`\`\``,
  ];
}
