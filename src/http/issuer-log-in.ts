/** @module The page on which a person logs in at the embedded issuer: a plain form, checked, then handed back to the library. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IssuerPeople } from './issuer.ts';
import { LOG_IN_AGAIN, logInPage, pageHeaders, problem } from './log-in-page.ts';

/** What of the library the page needs. */
export interface Interactions {
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ readonly uid: string }>;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: { login: { accountId: string; amr: string[]; remember: boolean } },
  ): Promise<void>;
}

interface LogInOptions {
  readonly people: Pick<IssuerPeople, 'check'>;
  readonly provider: () => Promise<Interactions>;
  /** Lets the library write the answer. */
  readonly handOver: (reply: FastifyReply) => void;
}

const HEADERS = pageHeaders("'self'");
const LARGEST_FORM = 10_000;

const FAULTS = {
  wrong: 'Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.',
  wait: 'Sai quá nhiều lần. Hãy thử lại sau 15 phút, hoặc nhờ quản trị đặt lại mật khẩu.',
  over: 'Phiên đăng nhập này đã hết hạn.',
} as const;

/** Mounts the page under the address that the issuer sends people to; what is typed is in no log and no address. */
export function mountLogIn(app: FastifyInstance, { people, provider, handOver }: LogInOptions): void {
  const url = '/oauth2/log-in/:uid';
  const page = (reply: FastifyReply, status: number, fault?: keyof typeof FAULTS) =>
    reply.code(status).headers(HEADERS).send(pageOf(fault));
  /** Whether this browser is in the middle of a log-in. */
  const isUnderway = async ({ raw, params }: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    const found = await (await provider()).interactionDetails(raw, reply.raw).catch(() => null);
    return found?.uid === (params as { uid: string }).uid;
  };
  app.get(url, { schema: { hide: true } }, async (request, reply) =>
    (await isUnderway(request, reply)) ? page(reply, 200) : page(reply, 400, 'over'),
  );
  app.register(async (forms) => {
    forms.removeAllContentTypeParsers();
    const options = { parseAs: 'string', bodyLimit: LARGEST_FORM } as const;
    forms.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    forms.post(url, { schema: { hide: true } }, async (request, reply) => {
      if (!(await isUnderway(request, reply))) return page(reply, 400, 'over');
      const form = request.body as URLSearchParams;
      const typed = (name: string): string => form.get(name) ?? '';
      const outcome = await people.check({
        name: typed('name'),
        password: typed('password'),
        code: typed('code'),
        address: request.ip,
      });
      if (outcome === 'wait') return page(reply, 429, 'wait');
      if (outcome === 'wrong') return page(reply, 401, 'wrong');
      const login = { accountId: outcome.name, amr: [...outcome.factors], remember: false };
      handOver(reply);
      await (await provider()).interactionFinished(request.raw, reply.raw, { login });
    });
  });
}

const pageOf = (fault: keyof typeof FAULTS | undefined): string =>
  logInPage(`${fault ? problem(FAULTS[fault]) : ''}
${fault === 'over' ? LOG_IN_AGAIN : FORM}`);

const FORM = `<form class="sign-in" method="post" autocomplete="on">
<h1>Đăng nhập</h1>
<p><label for="name">Tên đăng nhập</label><input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></p>
<p><label for="password">Mật khẩu</label><input id="password" name="password" type="password" autocomplete="current-password" required></p>
<p><label for="code">Mã xác thực (nếu có)</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10"></p>
<button type="submit">Đăng nhập</button>
</form>`;
