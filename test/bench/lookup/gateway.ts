/** @module The gateway as a contestant: what a production install is, with the benchmark's registry loaded from outside. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { putClient } from '../../../src/access/clients.ts';
import { sealWith } from '../../../src/access/seal.ts';
import { keepSigningKeys } from '../../../src/access/signing-keys.ts';
import { openPool } from '../../../src/db/pool.ts';
import { hashSecret } from '../../../src/http/issuer.ts';
import { createLog } from '../../../src/log.ts';
import { HOUR, SECOND } from '../../../src/units.ts';
import { freePort, type Started, startModule, untilAnswers } from '../processes.ts';
import type { Stage } from '../stage.ts';
import { SCOPE } from './connector.ts';

const CLIENT = 'bench';
const AUDIENCE = 'urn:lienthong:gateway';
/** More than a gateway remembers: each comes back when it has been forgotten. */
const MORE_THAN_REMEMBERED = 12_000;

export interface GatewayUnderLookups {
  readonly process: Started;
  readonly port: number;
  /** One token, or so many that none is remembered when it comes again. */
  readonly tokens: { readonly remembered: readonly string[]; readonly forgotten: readonly string[] };
}

export async function startGateway(
  stage: Stage,
  upstreamUrl: string,
  nodeFlags: readonly string[],
): Promise<GatewayUnderLookups> {
  const port = await freePort();
  const databaseUrl = await stage.newDatabase();
  const encryptionKey = randomBytes(32).toString('base64');
  const process = startModule('bin/lienthong.js', {
    args: ['serve', '--role', 'gateway'],
    nodeFlags,
    logFile: join(stage.folder, 'lookup-gateway.log'),
    env: {
      PORT: String(port),
      DATA_DIR: stage.folder,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: encryptionKey,
      AUDIT_KEY: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'info',
      CONNECTORS: './test/bench/lookup/connector.ts',
      BENCH_REGISTRY_BASE_URL: upstreamUrl,
    },
  });
  await untilAnswers(`http://127.0.0.1:${port}/health/ready`, process);
  const pool = openPool(databaseUrl, { max: 1, applicationName: 'bench', statementTimeoutMs: 10 * SECOND });
  try {
    await putClient(pool, {
      clientId: CLIENT,
      secretHash: hashSecret('of no use'),
      scopes: [SCOPE],
      agencies: ['H15'],
    });
    const keys = await keepSigningKeys(pool, sealWith(encryptionKey), {
      log: createLog({ level: 'silent' }),
      now: Date.now,
    });
    const [key] = keys.jwks().keys;
    await keys.stop();
    const sign = await signer(key!, `http://127.0.0.1:${port}`);
    const forgotten: string[] = [];
    for (let n = 0; n < MORE_THAN_REMEMBERED; n++) forgotten.push(await sign(n));
    return { process, port, tokens: { remembered: [forgotten[0]!], forgotten } };
  } finally {
    await pool.end();
  }
}

/** Signs tokens as the embedded issuer does (RFC 9068). */
export async function signer(key: JWK, issuer: string): Promise<(n: number) => Promise<string>> {
  const secret = await importJWK(key, key.alg);
  const now = Math.floor(Date.now() / SECOND);
  return (n) =>
    new SignJWT({ client_id: CLIENT, scope: SCOPE, agencies: ['H15'] })
      .setProtectedHeader({ alg: key.alg!, kid: key.kid!, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject(CLIENT)
      .setJti(`bench-${n}`)
      .setIssuedAt(now)
      .setExpirationTime(now + HOUR / SECOND)
      .sign(secret);
}
