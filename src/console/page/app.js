/** @module The console's page: who looks, the view that the address names, a refresh every few seconds while someone looks. */
import { element } from './element.js';
import { agencyName, learnNames } from './names.js';
import { forget, loadSession, loggedIn, logIn, logOut, may, Problem, returnToPlace } from './session.js';
import { exactClockOf, renewSpans } from './times.js';
import { roleWord } from './words.js';

const REFRESH = 5_000;
const UNAUTHORIZED = 401;

const byId = (id) => document.getElementById(id);
const main = byId('main');
const search = byId('search');
const nav = byId('nav');
const freshness = byId('freshness');
const signOutButton = byId('sign-out');
const whoLine = byId('who');

/** The pages that the header leads to: address, name, and the scope without which there is nothing to see. */
const PAGES = [
  ['#/', 'Tổng quan', 'sync.read'],
  ['#/sai-lech', 'Sai lệch', 'reconciliation.read'],
  ['#/cho-xu-ly', 'Chờ xử lý', 'quarantine.read'],
  ['#/su-co', 'Sự cố', 'incidents.read'],
  ['#/doi-soat', 'Đối soát', 'reconciliation.read'],
  ['#/danh-muc', 'Danh mục', 'catalogues.read'],
  ['#/he-thong', 'Hệ thống', 'connectors.read'],
];

/**
 * What loads each view by the first part of its address: with something after it, and without. A view has `title(place)`,
 * `load(place, before, signal)`, `render(data)`, and `every` where it is not to be read again each few seconds (null: never).
 */
const VIEWS = {
  '': [() => import('./overview.js')],
  lech: [() => import('./out-of-step.js')],
  'sai-lech': [() => import('./differences.js')],
  'cho-xu-ly': [() => import('./hands.js')],
  'su-co': [() => import('./incidents.js'), () => import('./incident.js')],
  'doi-soat': [() => import('./runs.js'), () => import('./run.js')],
  'danh-muc': [() => import('./catalogues.js')],
  'he-thong': [() => import('./systems.js')],
  'bo-quen': [() => import('./silent.js')],
  'ho-so': [() => import('./overview.js'), () => import('./dossier.js')],
};

/** What is on the screen: its view and place, the data of its last read, and what ends that read when the view changes. */
let shown = nothing();
let timer;

function nothing() {
  return { view: null, place: null, data: null, reading: new AbortController() };
}

/** Where the address leads: a name of `VIEWS`, what stands after it, and the filters; the overview where it leads nowhere. */
function placeOfAddress() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/');
  try {
    if (Object.hasOwn(VIEWS, name))
      return { name, what: decodeURIComponent(rest.join('/')).trim(), filter: new URLSearchParams(query) };
  } catch {
    // A code that cannot be decoded names none.
  }
  return { name: '', what: '', filter: new URLSearchParams() };
}

async function open() {
  shown.reading.abort();
  clearTimeout(timer);
  const who = loggedIn();
  for (const part of [search, nav, freshness, whoLine, signOutButton]) part.hidden = who === null;
  if (who === null) return showSignIn();
  whoLine.replaceChildren(element('strong', {}, who.fullName), ` ${roleWord(who.role)}, ${agenciesOf(who)}`);
  const place = placeOfAddress();
  showNav(place);
  showProblem(null);
  const isSamePage = shown.place?.name === place.name && shown.place.what === place.what;
  const current = { ...nothing(), place };
  shown = current;
  // A filter of the same page leaves what stands until the answer is there.
  if (!isSamePage) {
    freshness.textContent = '';
    main.replaceChildren(element('p', { class: 'empty', role: 'status' }, 'Đang tải…'));
  }
  const [all, one = all] = VIEWS[place.name];
  try {
    const view = await (place.what === '' ? all : one)();
    if (current !== shown) return;
    current.view = view;
    document.title = view.title(place);
  } catch {
    if (current !== shown) return;
    main.replaceChildren();
    return showProblem(new Problem({ title: 'Không tải được trang', detail: 'Hãy tải lại trang.' }));
  }
  refresh();
}

/** Whose dossiers a person sees: by name where there are few. */
function agenciesOf({ agencies }) {
  if (agencies.length > 2) return `${agencies.length} cơ quan`;
  return agencies.map((code) => agencyName(code) ?? code).join(', ') || 'chưa có cơ quan';
}

function showNav({ name }) {
  nav.replaceChildren(
    ...PAGES.filter(([, , scope]) => may(scope)).map(([href, word]) =>
      element('a', { href, 'aria-current': href === `#/${name}` ? 'page' : null }, word),
    ),
  );
}

async function refresh() {
  clearTimeout(timer);
  const current = shown;
  try {
    const data = await current.view.load(current.place, current.data, current.reading.signal);
    if (current !== shown) return;
    show(data);
    showProblem(null);
  } catch (error) {
    if (current !== shown || error.name === 'AbortError') return;
    if (error instanceof Problem && error.status === UNAUTHORIZED) return endSession(error);
    if (current.data === null) main.replaceChildren();
    showProblem(error);
  }
  // What could not be read at all is tried again whatever the view.
  const { every = REFRESH } = current.data === null ? {} : current.view;
  if (document.visibilityState === 'visible' && every !== null) timer = setTimeout(refresh, every);
}

/** Draws again only what changed, and leaves the reader's place: the focus, and what was opened. */
function show(data) {
  freshness.textContent = `Cập nhật lúc ${exactClockOf(Date.now())}`;
  if (JSON.stringify(data) === JSON.stringify(shown.data)) return renewSpans();
  shown.data = data;
  const focused = main.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  const opened = [...main.querySelectorAll('details[id][open]')].map(({ id }) => id);
  main.replaceChildren(...shown.view.render(data).filter((part) => part !== null));
  for (const id of opened) byId(id)?.setAttribute('open', '');
  if (focused) main.querySelector(focused)?.focus({ preventScroll: true });
}

function placeOf(focused) {
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const href = focused.getAttribute('href');
  if (href) return `a[href="${CSS.escape(href)}"]`;
  const within = focused.closest('[id]');
  const inside = within && main.contains(within) && within !== main ? `#${CSS.escape(within.id)} ` : '';
  return `${inside}${focused.localName}`;
}

function showProblem(error) {
  const isKnown = error instanceof Problem;
  byId('problem').replaceChildren(
    ...(error === null
      ? []
      : [
          element(
            'div',
            { class: 'problem' },
            element('strong', {}, isKnown ? error.title : 'Trang gặp lỗi'),
            element('p', {}, isKnown ? error.detail : 'Hãy tải lại trang.'),
            isKnown && error.traceId ? element('p', { class: 'aside' }, `Mã truy vết: ${error.traceId}`) : null,
          ),
        ]),
  );
}

function endSession(error) {
  forget();
  open();
  showProblem(new Problem({ title: 'Phiên làm việc đã hết', detail: 'Hãy đăng nhập lại.', traceId: error.traceId }));
}

function showSignIn() {
  document.title = 'Đăng nhập – Liên Thông';
  shown = nothing();
  showProblem(null);
  const button = element('button', { type: 'button' }, 'Đăng nhập');
  button.addEventListener('click', logIn);
  main.replaceChildren(
    element(
      'div',
      { class: 'sign-in' },
      element('h1', {}, 'Đăng nhập'),
      element('p', {}, 'Trang dành cho cán bộ vận hành, giám sát của tỉnh.'),
      button,
    ),
  );
  button.focus();
}

/** Finds out who looks; where that cannot be asked, tries again like any other read. */
async function begin() {
  try {
    await loadSession();
  } catch (error) {
    showProblem(error);
    setTimeout(begin, REFRESH);
    return;
  }
  if (loggedIn()) {
    returnToPlace();
    await learnNames({ agencies: loggedIn().agencies });
  }
  open();
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const code = byId('code').value.trim();
  if (code === '') return;
  location.hash = `#/ho-so/${encodeURIComponent(code)}`;
  byId('code').value = '';
});
signOutButton.addEventListener('click', async () => {
  try {
    await logOut();
    open();
  } catch (error) {
    showProblem(error);
  }
});
byId('skip').addEventListener('click', (event) => {
  // The address names the view: the link past the header must not change it.
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', open);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && shown.view !== null && shown.view.every !== null) refresh();
});

begin();
