/** @module The table of errors as documents: the page that a problem's `type` points to, and the Markdown in `docs/`. */
import { type ErrorDeclaration, errors } from '../errors.ts';
import type { Language } from './language.ts';

const WORDS = {
  vi: {
    title: 'Các lỗi và cách xử lý',
    code: 'Mã',
    status: 'HTTP',
    who: 'Bên phải xử lý',
    meaning: 'Ý nghĩa',
    action: 'Cần làm gì',
    retry: 'Gửi lại được',
    yes: 'có',
    no: 'không',
    caller: 'bên gọi',
    gateway: 'cổng kết nối',
    upstream: 'hệ thống đích',
  },
  en: {
    title: 'Errors and what to do',
    code: 'Code',
    status: 'HTTP',
    who: 'Who acts',
    meaning: 'Meaning',
    action: 'What to do',
    retry: 'Retry as it is',
    yes: 'yes',
    no: 'no',
    caller: 'caller',
    gateway: 'gateway',
    upstream: 'upstream',
  },
} as const;

const rows: readonly (readonly [string, ErrorDeclaration])[] = Object.entries(errors).sort(
  ([, one], [, other]) => one.status - other.status,
);

/** `docs/<language>/errors.md`. */
export function errorsMarkdown(language: Language): string {
  const words = WORDS[language];
  const head = [words.code, words.status, words.meaning, words.who, words.action, words.retry];
  const body = rows.map(([code, row]) => [
    `<a id="${code}"></a>\`${code}\``,
    String(row.status),
    row.title[language],
    words[row.who],
    row.action[language],
    row.retryable ? words.yes : words.no,
  ]);
  const lines = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return `# ${words.title}\n\n${lines.join('\n')}\n`;
}

/** The page `/docs/errors`, in both languages, with an anchor per code. */
export function errorsPage(): string {
  const items = rows.map(([code, row]) => {
    const texts = (['vi', 'en'] as const).map(
      (language) =>
        `<p lang="${language}"><b>${escapeHtml(row.title[language])}</b> (${WORDS[language][row.who]})<br>${escapeHtml(row.action[language])}</p>`,
    );
    return `<section id="${code}"><h2><code>${code}</code> ${row.status}</h2>${texts.join('')}</section>`;
  });
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${WORDS.vi.title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}h2{font-size:1.1rem;margin-bottom:0}:target{background:#fff3bf}</style>
<h1>${WORDS.vi.title} · <span lang="en">${WORDS.en.title}</span></h1>
${items.join('\n')}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
