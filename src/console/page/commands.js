/** @module The command that mends something, ready to be run by whoever may: this page itself changes nothing. */
import { element } from './element.js';

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A call of the API as one line for a shell; `$T` is the officer's token, as the operators' guide gets it. */
export const call = (path, body) =>
  `curl -sX POST -H "authorization: Bearer $T" -H 'content-type: application/json' ${location.origin}/v1/${path} -d ${quoted(JSON.stringify(body))}`;

/** A command of `lienthong`; words with spaces are quoted. */
export const lienthong = (...words) =>
  ['lienthong', ...words.map((word) => (/^[\w.:=@%+,/-]+$/.test(word) ? word : quoted(word)))].join(' ');

/** What it does, and the lines that do it: any of them is enough. */
export function command(label, ...lines) {
  return element(
    'div',
    { class: 'command' },
    element('p', {}, label),
    lines.map((line) => copied(label, line)),
  );
}

function copied(label, line) {
  const tool = line.split(' ')[0];
  const copy = element(
    'button',
    { type: 'button', class: 'quiet small', 'aria-label': `Chép lệnh ${tool}: ${label}` },
    'Chép',
  );
  const code = element('code', {}, line);
  copy.addEventListener('click', async () => {
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(line);
      copy.textContent = 'Đã chép';
      copy.setAttribute('aria-label', `Đã chép lệnh ${tool}: ${label}`);
    } catch {
      // Selected, it can still be copied by hand.
    }
  });
  return element('div', { class: 'line' }, element('pre', {}, code), copy);
}
