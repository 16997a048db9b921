/** @module Who is measured on signed pushes: the gateway, and two things that one would build instead. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MINUTE } from '../../src/units.ts';
import { openLane } from './lane.ts';
import { PEER_PATH } from './peers/receiver.ts';
import { ACCOUNT } from './portal.ts';
import { freePort, type Started, startModule, untilAnswers } from './processes.ts';
import { requestSigner } from './signed-request.ts';
import type { Stage } from './stage.ts';
import { registrationMessage, type Story } from './story.ts';
import { type Subscriber, subscribe } from './subscriber.ts';

/** A contestant that runs, and its dossiers registered. */
export interface Contestant {
  readonly process: Started;
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  /** Who is told of its changes meanwhile. */
  readonly subscriber?: Subscriber;
}

export interface ContestantDeclaration {
  readonly name: string;
  start(stage: Stage, story: Story, nodeFlags?: readonly string[]): Promise<Contestant>;
}

const REGISTERED_A_MESSAGE = 500;

const gatewayAs = (name: string, hasSubscriber: boolean): ContestantDeclaration => ({
  name,
  async start(stage, story, nodeFlags = []) {
    const port = await freePort();
    const secret = newSecret();
    const databaseUrl = await stage.newDatabase();
    const encryptionKey = randomBytes(32).toString('base64');
    // What a new production install has, but for the mode: it sends.
    const process = startModule('bin/lienthong.js', {
      args: ['serve'],
      nodeFlags,
      logFile: join(stage.folder, 'gateway.log'),
      env: {
        PORT: String(port),
        DATA_DIR: stage.folder,
        DATABASE_URL: databaseUrl,
        ENCRYPTION_KEY: encryptionKey,
        AUDIT_KEY: randomBytes(32).toString('hex'),
        LOG_LEVEL: 'info',
        SYNC_MODE: 'send',
        NATIONAL_PORTAL_BASE_URL: `${stage.portal.url}/national-portal`,
        NATIONAL_PORTAL_USERNAME: ACCOUNT.username,
        NATIONAL_PORTAL_PASSWORD: ACCOUNT.password,
        NATIONAL_PORTAL_UNIT: ACCOUNT.madonvi,
        COORDINATION_SECRET: secret,
        EGRESS_ALLOW: '127.0.0.0/8',
      },
    });
    await untilAnswers(`http://127.0.0.1:${port}/health/ready`, process);
    const contestant = { process, port, path: '/v1/webhooks/coordination', secret };
    await register(contestant, story);
    await stage.portal.untilShown(story.dossiers, story.receivedAt, 5 * MINUTE);
    return hasSubscriber ? { ...contestant, subscriber: await subscribe(databaseUrl, encryptionKey) } : contestant;
  },
});

export const gateway = gatewayAs('gateway', false);
export const gatewayWithSubscriber = gatewayAs('gateway, one subscriber beside', true);

/** The dossiers register by the gateway's own webhook, many a message. */
async function register({ port, path, secret }: Contestant, story: Story): Promise<void> {
  const sign = requestSigner(port, path, secret);
  let from = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const send = (): void => {
    const to = Math.min(from + REGISTERED_A_MESSAGE, story.dossiers);
    lane.send(sign(`registration-${from}`, registrationMessage(story, from, to)));
    from = to;
  };
  const lane = await openLane(
    port,
    (status) => {
      if (status !== 202) reject(new Error(`a registration was answered ${status}`));
      else if (from === story.dossiers) resolve();
      else send();
    },
    reject,
  );
  send();
  await promise;
  lane.close();
}

function peer(name: string, module: string): ContestantDeclaration {
  return {
    name,
    async start(stage, story) {
      const port = await freePort();
      const secret = newSecret();
      const process = startModule(module, {
        logFile: join(stage.folder, 'peer.log'),
        env: {
          PORT: String(port),
          DATABASE_URL: await stage.newDatabase(),
          PORTAL_URL: stage.portal.url,
          WEBHOOK_SECRET: secret,
        },
      });
      await Promise.all([untilAnswers(`http://127.0.0.1:${port}/health/ready`, process), stage.portal.register(story)]);
      return { process, port, path: PEER_PATH, secret };
    },
  };
}

export const peers: readonly ContestantDeclaration[] = [
  peer('a pg-boss job per event', 'test/bench/job-per-event-process.ts'),
  peer('one transaction per event', 'test/bench/transaction-per-event-process.ts'),
];

/** The server that only answers, for the generator's own ceiling. */
export async function startStub(): Promise<Contestant> {
  const port = await freePort();
  const process = startModule('test/bench/stub-process.ts', { env: { PORT: String(port) } });
  await untilAnswers(`http://127.0.0.1:${port}/`, process);
  return { process, port, path: '/', secret: newSecret() };
}

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
