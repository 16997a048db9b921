/** @module The operator's session: a token by client credentials, and reads of the API with it. */

const KEPT_TOKEN = 'lienthong.token';
/** Renewed a little before it ends, so that no read meets an expired one. */
const MARGIN = 60_000;

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

/** The secret lives in this page's memory only: it renews the token while the page is open. */
let credentials = null;

const kept = () => JSON.parse(sessionStorage.getItem(KEPT_TOKEN) ?? 'null');

export const isSignedIn = () => (kept()?.until ?? 0) > Date.now() || credentials !== null;

export function signOut() {
  credentials = null;
  sessionStorage.removeItem(KEPT_TOKEN);
}

/** Gets a token for a client (mã ứng dụng, khóa bí mật). Throws a Problem that says what was wrong. */
export async function signIn(clientId, clientSecret) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await reach('/oauth2/token', { method: 'POST', body });
  if (response.status === 400 || response.status === 401)
    throw new Problem({
      title: 'Không đăng nhập được',
      detail: 'Mã ứng dụng hoặc khóa bí mật không đúng.',
      status: response.status,
    });
  if (!response.ok) throw await problemOf(response);
  const { access_token: token, expires_in: seconds } = await response.json();
  credentials = { clientId, clientSecret };
  sessionStorage.setItem(KEPT_TOKEN, JSON.stringify({ token, until: Date.now() + seconds * 1000 }));
}

/** The JSON of a GET. Throws a Problem; with status 401 the session is over. */
export async function read(path, signal) {
  if (credentials && (kept()?.until ?? 0) < Date.now() + MARGIN)
    await signIn(credentials.clientId, credentials.clientSecret);
  const headers = { authorization: `Bearer ${kept()?.token}`, accept: 'application/json', 'accept-language': 'vi' };
  const response = await reach(path, { headers, signal });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

async function reach(path, options) {
  try {
    return await fetch(path, { cache: 'no-store', credentials: 'omit', ...options });
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
    detail: said.detail,
    status: response.status,
    traceId: said.traceId,
  });
}
