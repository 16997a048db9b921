/** @module A gateway for the console alone: the page and the log-in as they are served, and canned answers of the API behind them. */
import Fastify, { type FastifyInstance } from 'fastify';
import { mountConsole } from '../../src/console/plugin.ts';
import { mountLogIn } from '../../src/http/issuer-log-in.ts';
import { type Canned, DOSSIER } from './canned.ts';
import { CATALOGUE_DIFFERENCE, CATALOGUES, MISROUTED } from './canned-catalogues.ts';

export const PERSON = { name: 'vanhanh', password: 'secret-of-the-tests' };

const SESSION = {
  person: PERSON.name,
  fullName: 'Lê Thị Bình',
  role: 'operator',
  agencies: ['H15'],
  scopes: [
    ...['sync.read', 'dossiers.read', 'subscriptions.read', 'reconciliation.read', 'incidents.read', 'quarantine.read'],
    ...['connectors.read', 'catalogues.read', 'reports.read'],
  ],
  csrfToken: 'the proof',
};
/** What the stub knows a session by. */
export const SESSION_COOKIE = { name: 'session', value: 'random', httpOnly: true, sameSite: 'Strict' } as const;
const SESSION_PAIR = `${SESSION_COOKIE.name}=${SESSION_COOKIE.value}`;
const COOKIE = `${SESSION_PAIR}; Path=/; HttpOnly; SameSite=${SESSION_COOKIE.sameSite}`;

export async function startStub(canned: Canned): Promise<FastifyInstance> {
  const app = Fastify();
  const isIn = (cookie: string | undefined): boolean => cookie?.includes(SESSION_PAIR) ?? false;
  mountConsole(app);
  mountLogIn(app, {
    people: { check: async ({ password, name }) => (password === PERSON.password ? { name, factors: [] } : 'wrong') },
    provider: async () => ({
      interactionDetails: async () => ({ uid: 'now' }),
      interactionFinished: async (_request, response) =>
        void response.writeHead(303, { location: '/console', 'set-cookie': COOKIE }).end(),
    }),
    handOver: (reply) => reply.hijack(),
  });
  app.get('/console/log-in', (_request, reply) => reply.redirect('/oauth2/log-in/now'));
  app.get('/console/session', (request, reply) =>
    isIn(request.headers.cookie) ? reply.send(SESSION) : reply.code(204).send(),
  );
  app.post('/console/log-out', (request, reply) => {
    const { csrfToken } = SESSION;
    if (request.headers['x-csrf-token'] !== csrfToken) return reply.code(403).send({});
    return reply.header('set-cookie', `${COOKIE}; Max-Age=0`).send({ next: null });
  });

  app.addHook('preHandler', async (request, reply) => {
    if (!request.url.startsWith('/v1/')) return;
    canned.reads.push(request.url);
    if (!isIn(request.headers.cookie))
      return reply.code(401).send({ title: 'Phiên làm việc đã hết', detail: 'Hãy đăng nhập lại.', status: 401 });
    if (canned.problem) return reply.code(canned.problem.status).type('application/problem+json').send(canned.problem);
  });
  app.get('/v1/destinations', async () => ({ items: canned.destinations }));
  app.get('/v1/destinations/national-portal/out-of-step', async () => ({ items: canned.waiting }));
  app.get('/v1/destinations/national-portal/readiness', async () => ({ stages: canned.stages }));
  app.get('/v1/destinations/national-portal/comparison', async () => ({
    totals: { dossiers: 27, compared: 27, inStep: 26, wouldWrite: canned.compared.length, differences: {} },
    items: canned.compared,
  }));
  app.get('/v1/destinations/national-portal/blocked', async () => ({
    total: canned.blocked.length,
    causes: canned.blocked.map(({ reason, suggestion }) => ({ cause: reason, dossiers: 1, suggestion })),
    items: canned.blocked,
  }));
  app.get('/v1/destinations/national-portal/silent', async () => canned.silent);
  app.get('/v1/reconciliations', async () => ({ items: canned.runs }));
  app.get('/v1/reconciliations/:id', async () => canned.runs[0]);
  app.get('/v1/reconciliations/:id/differences', async () => ({ items: canned.differences }));
  app.get('/v1/reconciliations/:id/unchecked', async () => ({
    items: [
      {
        dossierCode: 'H15.50-260201-9007',
        reason: 'at-rest',
        finishedAt: '2026-02-10T16:00:00+07:00',
        deliveredAt: null,
      },
    ],
  }));
  app.get<{ Querystring: Record<string, string> }>('/v1/differences', async ({ query }, reply) => {
    const asked = canned.differences.filter(
      ({ kind, owner }) => (query.kind ?? kind) === kind && (query.owner ?? owner) === owner,
    );
    if (query.cursor === undefined && query.dossier === undefined)
      void reply.header('link', '</v1/differences?limit=100&cursor=7>; rel="next"');
    return { items: query.dossier === undefined ? asked : asked.filter((one) => one.dossierCode === query.dossier) };
  });
  app.get('/v1/differences/counts', async () => ({
    total: canned.counts.reduce((sum, { count }) => sum + Number(count), 0),
    items: canned.counts,
  }));
  app.get('/v1/quarantine', async () => ({ items: canned.quarantined }));
  app.get('/v1/quarantine/causes', async () => ({
    total: canned.quarantined.length,
    items: canned.quarantined.map(({ reason, source, at }) => ({
      cause: reason,
      source,
      count: 1,
      retryable: 1,
      oldestAt: at,
      title: { vi: 'Hồ sơ chưa được đăng ký', en: '' },
      suggestion: { vi: 'Đăng ký hồ sơ rồi thử lại.', en: '' },
    })),
  }));
  app.get('/v1/incidents', async () => ({ items: [canned.incident] }));
  app.get('/v1/incidents/counts', async () => ({
    open: 1,
    late: 1,
    notSent: 0,
    nextDueAt: '2026-03-19T17:00:00+07:00',
  }));
  app.get('/v1/incidents/:number', async () => canned.incident);
  app.get('/v1/evidence-packs', async () => ({
    items: [
      {
        id: 3,
        file: '/v1/evidence-packs/3/file',
        madeAt: '2026-03-20T11:00:00+07:00',
        madeBy: 'binh.le',
        bytes: 256_886,
        sha256: 'd4a5e3e12b69c1d0aa',
      },
    ],
  }));
  app.get('/v1/connectors', async () => ({ items: canned.connectors }));
  app.get('/v1/catalogues/differences/summary', async () => CATALOGUES);
  app.get<{ Querystring: Record<string, string> }>('/v1/catalogues/differences', async ({ query }) => ({
    items: query.kind === undefined || query.kind === 'name-differs' ? [CATALOGUE_DIFFERENCE] : [],
  }));
  app.get('/v1/catalogues/misrouted-dossiers', async () => ({ items: [MISROUTED] }));
  app.get('/v1/catalogues/names', async () => ({
    agencies: { 'H15.50': 'UBND xã Buôn Hồ', H15: 'UBND tỉnh Đắk Lắk' },
    procedures: { '1.005129': 'Đăng ký biến động quyền sử dụng đất' },
  }));
  app.get('/v1/subscriptions', async () => ({ items: canned.subscriptions }));
  app.get<{ Params: { code: string } }>('/v1/dossiers/:code', async () => canned.dossier);
  app.get('/v1/dossiers/:code/timeline', async () => ({ events: canned.events }));
  app.get<{ Params: { code: string } }>('/v1/dossiers/:code/sync', async ({ params }, reply) =>
    params.code === DOSSIER
      ? { destinations: [canned.sync] }
      : reply
          .code(404)
          .send({ title: 'Không tìm thấy hồ sơ', detail: `Hồ sơ ${params.code} chưa được đăng ký`, status: 404 }),
  );
  app.get('/v1/dossiers/:code/deadline', async () => ({
    appointmentAt: '2026-04-06T17:00:00+07:00',
    remainingWorkingMinutes: 2640,
    steps: [
      { n: 1, vi: 'Tiếp nhận 08:30 10/03/2026; bắt đầu tính từ 11/03/2026.', en: '' },
      { n: 2, vi: '15 ngày làm việc: đến 17:00 31/03/2026.', en: '' },
    ],
  }));
  return app;
}
