/** @module The layers of one lookup in the order in which they are added, so that the cost of each can be told. */
import { join } from 'node:path';
import { createSigningKeys, publicKeys } from '../../../src/http/issuer.ts';
import { freePort, startModule, untilAnswers } from '../processes.ts';
import type { Stage } from '../stage.ts';
import { PATH } from './connector.ts';
import { ACCESS, BODY_OF_OURS, BUFFERING, GATEWAY, GATEWAY_ANEW, type LookupContestant } from './contestants.ts';
import { signer } from './gateway.ts';

/** Each is on together with all before it. */
export const LAYERS = [
  'declared route: validation both ways, mapping',
  'guarded upstream',
  'token and scope',
  'metrics',
  'durable audit',
  'log line',
] as const;

/** From the least to all: the ladder that a document shows, the ends of which are contestants of their own. */
export const LADDER = [BUFFERING, ...LAYERS, GATEWAY, GATEWAY_ANEW] as const;

/** The pipeline with the first so many layers. */
export async function startLayers(stage: Stage, upstreamUrl: string, count: number): Promise<LookupContestant> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const jwks = await createSigningKeys();
  const sign = await signer(jwks.keys[0]!, issuer);
  const process = startModule('test/bench/lookup/layers-process.ts', {
    logFile: join(stage.folder, 'lookup-layers.log'),
    env: {
      PORT: String(port),
      UPSTREAM_URL: upstreamUrl,
      DATABASE_URL: await stage.newDatabase(`layers_${count}`),
      LAYERS: String(count),
      ISSUER: issuer,
      JWKS: JSON.stringify(publicKeys(jwks)),
    },
  });
  await untilAnswers(`${issuer}/health/live`, process);
  return { process, port, path: PATH, headers: ACCESS, body: BODY_OF_OURS, tokens: [await sign(0)] };
}
