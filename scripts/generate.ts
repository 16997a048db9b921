/** @module Writes what is generated: `.env.example`, the tables of errors and the OpenAPI document; `--check` only compares. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { connectors } from '../connectors/index.ts';
import { buildApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { connectorDocuments } from '../src/connector/documents.ts';
import { settingsOf } from '../src/connector/registry.ts';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../src/db/embedded.ts';
import { newInstance, openDeps } from '../src/deps.ts';
import { errorsMarkdown } from '../src/http/error-documents.ts';
import type { OpenApi } from '../src/http/openapi.ts';
import { createLog } from '../src/log.ts';
import { envExample } from '../src/settings/example.ts';
import { postmanCollection } from './postman.ts';

const PUBLIC_URL = 'https://lienthong.example.vn';
const connectorSettings = settingsOf(connectors);

/** The OpenAPI document of the gateway as it is composed, with a database of its own that is gone afterwards. */
async function openApi(): Promise<OpenApi> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-generate-'));
  // As root, PostgreSQL runs as another user, who must get in.
  await chmod(dataDir, 0o755);
  const database = await ensureEmbeddedDatabase({ dataDir, log: () => {} });
  try {
    const deps = await openDeps({
      config: loadConfig({}, connectorSettings),
      databaseUrl: database.applicationUrl,
      ownerUrl: database.url,
      secrets: { encryptionKey: Buffer.alloc(32).toString('base64'), auditKey: 'of no use: nothing is audited here' },
      publicUrl: PUBLIC_URL,
      log: createLog({ level: 'warn', destination: process.stderr }),
      instance: newInstance(),
    });
    const app = await buildApp(deps.app);
    const document = app.swagger() as unknown as OpenApi;
    await app.close();
    await deps.close();
    return document;
  } finally {
    await stopEmbeddedDatabase(dataDir);
    await rm(database.dataDir, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  }
}

const document = await openApi();
const files: Readonly<Record<string, string>> = {
  '.env.example': envExample(connectorSettings),
  'docs/vi/errors.md': errorsMarkdown('vi'),
  'docs/en/errors.md': errorsMarkdown('en'),
  'openapi/gateway.yaml': stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
  'docs/samples/postman-collection.json': `${JSON.stringify(postmanCollection(document), null, 1)}\n`,
  ...connectorDocuments(connectors),
};

const checking = process.argv.includes('--check');
const differing: string[] = [];
for (const [path, text] of Object.entries(files)) {
  const present = await readFile(path, 'utf8').catch(() => null);
  if (present === text) continue;
  differing.push(path);
  if (checking) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
if (differing.length > 0) console.log(`${checking ? 'Out of date' : 'Written'}: ${differing.join(', ')}`);
if (checking && differing.length > 0) {
  console.error('Run `node scripts/generate.ts` and commit what it writes.');
  process.exitCode = 1;
}
