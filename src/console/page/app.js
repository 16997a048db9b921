/** @module The console's page: who looks, the view that the address names, a refresh every five seconds while someone looks. */
import { loadDossier, renderDossier } from './dossier.js';
import { element } from './element.js';
import { loadOverview, renderOverview } from './overview.js';
import { loadReconciliation, renderReconciliation } from './reconciliation.js';
import { forget, loadSession, loggedIn, logIn, logOut, Problem, returnToPlace } from './session.js';
import { exactClockOf, renewSpans } from './times.js';
import { roleWord } from './words.js';

const REFRESH = 5_000;
const UNAUTHORIZED = 401;

const byId = (id) => document.getElementById(id);
const main = byId('main');
const search = byId('search');
const freshness = byId('freshness');
const signOutButton = byId('sign-out');
const whoLine = byId('who');

const overview = { title: 'Liên Thông', load: (_before, signal) => loadOverview(signal), render: renderOverview };
const reconciliation = {
  title: 'Đối soát – Liên Thông',
  load: (_before, signal) => loadReconciliation(signal),
  render: renderReconciliation,
};
const dossierView = (code) => ({
  title: `${code} – Liên Thông`,
  load: (before, signal) => loadDossier(code, before, signal),
  render: renderDossier,
});

/** What is on the screen: its view, the data of its last read, and what ends that read when the view changes. */
let shown = { view: null, data: null, reading: new AbortController() };
let timer;

/** The view that the address names; a code that cannot be decoded names none. */
function viewOfAddress() {
  if (location.hash === '#/doi-soat') return reconciliation;
  const named = /^#\/ho-so\/(.+)$/.exec(location.hash)?.[1];
  try {
    return named ? dossierView(decodeURIComponent(named).trim()) : overview;
  } catch {
    return overview;
  }
}

function open() {
  shown.reading.abort();
  clearTimeout(timer);
  const who = loggedIn();
  for (const part of [search, freshness, whoLine, signOutButton]) part.hidden = who === null;
  if (who === null) return showSignIn();
  whoLine.replaceChildren(
    element('strong', {}, who.fullName),
    ` ${roleWord(who.role)}, ${who.agencies.join(', ') || 'chưa có cơ quan'}`,
  );
  shown = { view: viewOfAddress(), data: null, reading: new AbortController() };
  document.title = shown.view.title;
  freshness.textContent = '';
  showProblem(null);
  main.replaceChildren(element('p', { class: 'empty', role: 'status' }, 'Đang tải…'));
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  const current = shown;
  try {
    const data = await current.view.load(current.data, current.reading.signal);
    if (current !== shown) return;
    show(data);
    showProblem(null);
  } catch (error) {
    if (current !== shown || error.name === 'AbortError') return;
    if (error instanceof Problem && error.status === UNAUTHORIZED) return endSession(error);
    if (current.data === null) main.replaceChildren();
    showProblem(error);
  }
  if (document.visibilityState === 'visible') timer = setTimeout(refresh, REFRESH);
}

/** Draws again only what changed, and leaves the reader's place: the focus, and what was opened. */
function show(data) {
  freshness.textContent = `Cập nhật lúc ${exactClockOf(Date.now())}`;
  if (JSON.stringify(data) === JSON.stringify(shown.data)) return renewSpans();
  shown.data = data;
  const focused = main.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  const isOpen = byId('explanation')?.open === true;
  main.replaceChildren(...shown.view.render(data).filter((part) => part !== null));
  if (isOpen && byId('explanation')) byId('explanation').open = true;
  if (focused) main.querySelector(focused)?.focus({ preventScroll: true });
}

function placeOf(focused) {
  const href = focused.getAttribute('href');
  if (href) return `a[href="${CSS.escape(href)}"]`;
  return focused.matches('summary') ? 'summary' : '.scroll';
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
  shown = { view: null, data: null, reading: new AbortController() };
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
  if (loggedIn()) returnToPlace();
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
  if (document.visibilityState === 'visible' && shown.view !== null) refresh();
});

begin();
