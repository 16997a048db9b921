/** @module `lienthong sealing`: how far everything has been sealed with the current key, and sealing it now. */
import type pg from 'pg';
import { type Secrets, sealOf } from '../access/secrets.ts';
import { createLog } from '../log.ts';
import { partOf, SEALED_COLUMNS } from '../sealing/columns.ts';
import { PASSES, Resealer } from '../sealing/part.ts';
import { readProgress } from '../sealing/store.ts';
import type { Environment } from './database.ts';
import { withSealedDatabase } from './sealed.ts';

/** Which parts are sealed with the current key, and whether former ones may go. */
export function sealingStatus(env: Environment): Promise<string> {
  return withSealedDatabase(env, (pool, secrets) => statusText(pool, secrets));
}

/** Seals everything with the current key now, instead of a worker piece by piece. */
export function reseal(env: Environment): Promise<string> {
  return withSealedDatabase(env, async (pool, secrets) => {
    const resealer = new Resealer({
      pool,
      seal: sealOf(secrets),
      log: createLog({ level: 'warn' }),
      now: Date.now,
      againAfterMs: 0,
    });
    while (await resealer.round());
    return statusText(pool, secrets);
  });
}

async function statusText(pool: pg.Pool, secrets: Secrets): Promise<string> {
  const { head } = sealOf(secrets);
  const known = new Map((await readProgress(pool)).map((progress) => [progress.part, progress]));
  const lines = SEALED_COLUMNS.map((column) => {
    const part = partOf(column);
    const progress = known.get(part);
    const passes = progress?.head.equals(head) ? progress.passes : 0;
    return { part, passes, resealed: passes === 0 ? 0 : progress!.resealed };
  });
  const isDone = lines.every(({ passes }) => passes >= PASSES);
  const told = lines.map(({ part, passes, resealed }) => `${part.padEnd(28)} ${passes}/${PASSES}  ${resealed}`);
  const verdict = isDone
    ? 'Mọi dữ liệu đã được niêm phong bằng khóa hiện tại: có thể bỏ ENCRYPTION_KEYS_FORMER.\nEverything is sealed with the current key: ENCRYPTION_KEYS_FORMER can go.'
    : 'Chưa xong: giữ ENCRYPTION_KEYS_FORMER; tiến trình worker đang niêm phong lại từng phần.\nNot done yet: keep ENCRYPTION_KEYS_FORMER; a worker goes on sealing piece by piece.';
  return `${told.join('\n')}\n${verdict}\n`;
}
