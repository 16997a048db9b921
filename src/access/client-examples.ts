/** @module The client that the documents' examples speak of. */
import type pg from 'pg';
import { createClient } from './client-edit.ts';
import { readClient } from './client-store.ts';

export const EXAMPLE_CLIENT = 'kiosk-h15-50';

/** Made once for a database; nobody knows its secret. */
export async function plantExampleClient(pool: pg.Pool, now: number): Promise<void> {
  if (await readClient(pool, EXAMPLE_CLIENT)) return;
  await createClient(
    pool,
    EXAMPLE_CLIENT,
    {
      name: 'Kiosk tra cứu phường Buôn Hồ (ví dụ)',
      scopes: ['dossiers.read', 'catalogues.read'],
      agencies: ['H15.50'],
      roles: [],
      addresses: ['10.20.50.0/24'],
      validFrom: null,
      validUntil: null,
      rateLimit: { calls: 600, seconds: 60 },
      jwks: null,
      purposes: ['dossier-processing'],
      personalData: ['name'],
    },
    {
      author: 'demo',
      officer: null,
      reason: 'Ứng dụng mẫu của bản chạy thử',
      now,
      scopes: new Set(['dossiers.read', 'catalogues.read']),
      purposes: new Set(['dossier-processing']),
      permit: () => {},
    },
  );
}
