/** @module Who is logged in, and reads of the API as that person: the browser's cookie says who, no script can read it. */

/** A refusal that a person can read: RFC 9457's title and detail. */
export class Problem extends Error {
  constructor({ title, detail = '', status = 0, traceId = null }) {
    super(title);
    this.name = 'Problem';
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.traceId = traceId;
  }
}

const NOBODY = 204;
const PLACE = 'lienthong.place';

/** Who is logged in: `person, fullName, role, agencies, scopes, csrfToken`; null where nobody is. */
let session = null;

export const loggedIn = () => session;

/** Whether the person may call operations of that scope. */
export const may = (scope) => session?.scopes.includes(scope) ?? false;

/** Asks who is logged in. Throws a Problem where that could not be asked. */
export async function loadSession() {
  const response = await reach('/console/session');
  if (!response.ok) throw await problemOf(response);
  session = response.status === NOBODY ? null : await response.json();
  return session;
}

/** The session is over: whatever was known of it is forgotten. */
export function forget() {
  session = null;
  kept.clear();
}

/** Leaves the page for the log-in; what was open is opened again afterwards. */
export function logIn() {
  sessionStorage.setItem(PLACE, location.hash);
  location.assign('/console/log-in');
}

/** Opens what was open before the log-in. */
export function returnToPlace() {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place && location.hash === '') history.replaceState(null, '', place);
}

/** Ends the session here, and at the province's provider where people log in there. */
export async function logOut() {
  const response = await reach('/console/log-out', {
    method: 'POST',
    headers: { 'x-csrf-token': session?.csrfToken ?? '' },
  });
  const { next = null } = response.ok ? await response.json() : {};
  forget();
  if (next) location.assign(next);
}

/** The JSON of a GET. Throws a Problem; with status 401 the session is over. */
export const read = async (path, signal) => (await answerOf(path, signal)).json();

/** A list's part, and the cursor of the next one; null after the last. */
export async function readPart(path, signal) {
  const response = await answerOf(path, signal);
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  const { items } = await response.json();
  return { items, next: next ? new URL(next, location.href).searchParams.get('cursor') : null };
}

/** What was read less often than the page is drawn, with when, by path. */
const kept = new Map();

/** The same as `read`, asked again only when it is older than `atMost` milliseconds: for what costs the gateway a count of everything. */
export async function readAtMost(path, atMost, signal) {
  const found = kept.get(path);
  if (found && Date.now() - found.at < atMost) return found.value;
  const value = await read(path, signal);
  kept.set(path, { at: Date.now(), value });
  return value;
}

/** When `readAtMost` last read it, epoch milliseconds; now for what it never read. */
export const readAt = (path) => kept.get(path)?.at ?? Date.now();

async function answerOf(path, signal) {
  const headers = { accept: 'application/json', 'accept-language': 'vi' };
  const response = await reach(path, { headers, signal });
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function reach(path, options = {}) {
  try {
    return await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({
      title: 'Không kết nối được Liên Thông',
      detail: 'Trang tự thử lại sau vài giây. Nếu vẫn gián đoạn, hãy báo Trung tâm dữ liệu của tỉnh.',
    });
  }
}

async function problemOf(response) {
  const said = await response.json().catch(() => ({}));
  return new Problem({
    title: said.title ?? `Liên Thông trả lời lỗi ${response.status}`,
    detail: [said.detail, ...(said.violations ?? []).map(({ message }) => message)].filter(Boolean).join(' '),
    status: response.status,
    traceId: said.traceId,
  });
}
