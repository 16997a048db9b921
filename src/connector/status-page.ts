/** @module The public state of the connections, for people and for programs: nothing of a person, nothing that needs a token. */
import { z } from 'zod';
import { rfc3339 } from '../http/answer.ts';
import type { Language } from '../http/language.ts';
import { defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import type { Connector } from './define.ts';
import { HEALTH_STATES } from './health.ts';
import { type HealthSource, shownState } from './routes.ts';

const SHOWN = [...HEALTH_STATES, 'inbound'] as const;
type Shown = (typeof SHOWN)[number];

/** How each state reads, and the tone in which it is shown. */
const WORDS: Readonly<Record<Shown, { vi: string; en: string; tone: 'good' | 'warn' | 'bad' | 'ended' }>> = {
  up: { vi: 'Hoạt động bình thường', en: 'Working', tone: 'good' },
  degraded: { vi: 'Hoạt động chập chờn', en: 'Failing now and then', tone: 'warn' },
  down: { vi: 'Đang gián đoạn', en: 'Down', tone: 'bad' },
  maintenance: { vi: 'Đang bảo trì', en: 'Under maintenance', tone: 'warn' },
  quota: { vi: 'Tạm giới hạn số lượt gọi', en: 'Its quota is used up for now', tone: 'warn' },
  unknown: { vi: 'Chưa có lượt gọi nào', en: 'Not called yet', tone: 'ended' },
  inbound: { vi: 'Chỉ gửi thông báo đến', en: 'Only sends to us', tone: 'ended' },
  'not-connected': { vi: 'Chưa kết nối', en: 'Not connected', tone: 'ended' },
};

const PAGE = {
  vi: {
    title: 'Trạng thái các kết nối',
    all: 'Mọi hệ thống đang kết nối đều hoạt động bình thường.',
    some: (count: number) => `${count} hệ thống đang có trở ngại. Hồ sơ không mất: thao tác chờ sẽ tự chạy lại.`,
    system: 'Hệ thống',
    state: 'Trạng thái',
    since: 'Từ lúc',
    until: 'Dự kiến gọi lại',
    asOf: 'Cập nhật lúc',
    other: 'English',
  },
  en: {
    title: 'State of the connections',
    all: 'Every connected system works.',
    some: (count: number) => `${count} systems are in trouble. No dossier is lost: what waits goes on by itself.`,
    system: 'System',
    state: 'State',
    since: 'Since',
    until: 'Called again',
    asOf: 'As of',
    other: 'Tiếng Việt',
  },
} as const;

const status = z.object({
  asOf: z.string(),
  items: z.array(
    z.object({
      name: z.string(),
      title: z.object({ vi: z.string(), en: z.string() }),
      state: z.enum(SHOWN),
      since: z.string().nullable(),
      until: z.string().nullable(),
    }),
  ),
});
type Status = z.output<typeof status>;

export interface StatusRouteDeps {
  readonly connectors: readonly Connector[];
  readonly health: HealthSource;
  readonly now: () => number;
}

export function statusRoutes({ connectors, health, now }: StatusRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/status',
      id: 'getStatus',
      tag: 'connectors',
      summary: { vi: 'Trạng thái công khai của các kết nối', en: 'The public state of the connections' },
      scope: 'public',
      query: z.object({ lang: z.enum(['vi', 'en']).default('vi').meta({ description: 'The language of the page' }) }),
      response: { 200: jsonOrFile(status, 'text/html') },
      errors: ['database-unavailable'],
      example: {},
      handler: async (call) => {
        const reports = await health.reports();
        const items = connectors.map((connector) => {
          const report = reports.get(connector.name);
          return {
            name: connector.name,
            title: connector.title,
            state: shownState(connector, report),
            since: rfc3339(report?.stop?.since ?? null),
            until: rfc3339(report?.stop?.until ?? null),
          };
        });
        const answer = { asOf: rfc3339(now()), items };
        call.header('cache-control', 'public, max-age=5');
        call.header('vary', 'Accept');
        if (!wantsHtml(call.rawHeaders.accept)) return answer;
        call.header('content-type', 'text/html; charset=utf-8');
        call.header(
          'content-security-policy',
          "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        );
        // Browsers in Vietnam often ask for English by default: the page is Vietnamese until somebody wants it otherwise.
        return statusPage(answer, call.query.lang);
      },
    }),
  ];
}

const wantsHtml = (accept: string | string[] | undefined): boolean =>
  typeof accept === 'string' && /text\/html/.test(accept);

const IN_TROUBLE: ReadonlySet<Shown> = new Set(['degraded', 'down', 'maintenance', 'quota']);

function statusPage({ asOf, items }: Status, language: Language): string {
  const words = PAGE[language];
  const other = language === 'vi' ? 'en' : 'vi';
  const connected = items.filter(({ state }) => state !== 'not-connected');
  const troubled = connected.filter(({ state }) => IN_TROUBLE.has(state)).length;
  const rows = connected.map(
    ({ title, state, since, until }) => `<tr><th scope="row">${escapeHtml(title[language])}</th>
<td><span class="state ${WORDS[state].tone}">${WORDS[state][language]}</span></td>
${timeCell(words.since, since)}${timeCell(words.until, until)}</tr>`,
  );
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/style.css">
<style>
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; display: grid; gap: 1rem; }
.scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .7rem 1rem; text-align: left; vertical-align: baseline; }
tbody tr { border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; font-size: .85rem; }
tbody th { font-weight: 600; min-width: 14rem; }
td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.state { padding: .15rem .6rem; border-radius: 999px; }
.good { color: var(--good); background: var(--good-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.ended { color: var(--ended); background: var(--ended-ground); }
@media (max-width: 40rem) {
  thead { display: none; }
  tbody tr { display: block; padding: .6rem 0; }
  tbody th, tbody td { display: block; padding: .15rem 1rem; }
  td.none { display: none; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
</style>
<main>
<h1>${words.title}</h1>
<p>${troubled === 0 ? words.all : words.some(troubled)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${words.title}"><table>
<thead><tr><th scope="col">${words.system}</th><th scope="col">${words.state}</th><th scope="col">${words.since}</th><th scope="col">${words.until}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
<p class="aside">${words.asOf} ${clock(asOf)} · <a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a></p>
</main>
</html>
`;
}

const timeCell = (label: string, time: string | null): string =>
  time === null ? '<td class="none">—</td>' : `<td data-label="${label}">${clock(time)}</td>`;

/** `09:15:00 10/03/2026` of a time that an answer carries. */
function clock(time: string): string {
  const [, year, month, day, hours] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+:\d+)/.exec(time)!;
  return `<time datetime="${time}">${hours} ${day}/${month}/${year}</time>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
