/** @module What `lienthong connector new` says: what was written, and what comes next. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scaffold } from './scaffold.ts';

export async function newConnectorText(
  name: string,
  titles: { readonly vi?: string; readonly en?: string },
): Promise<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const written = await scaffold({ root, name, ...titles });
  await formatted(root, written);
  return `Written:
${written.map((path) => `  ${path}`).join('\n')}

It works already. Next:
  npm run generate                                 its documents, settings and API description
  npx lienthong connector check ${name}
  npx vitest run connectors/${name}
  npm start                                        and try its example

Then make it speak the real wire, in this order: wire.ts, the simulator, mapping.ts, connector.ts, the test, the README
(docs/en/write-a-connector.md, docs/vi/viet-ket-noi.md).
`;
}

/** How a line is broken depends on the names in it. */
async function formatted(root: string, paths: readonly string[]): Promise<void> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const code = paths.filter((path) => path.endsWith('.ts'));
  if (!existsSync(biome)) return;
  const format = ['format', '--write', '--vcs-enabled=false', ...code];
  const child = spawn(process.execPath, [biome, ...format], { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
}
