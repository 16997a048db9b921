/** @module `lienthong connector new`: a connector with a lookup, its test and its simulator, that works before a line of it is changed. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

export interface ScaffoldOptions {
  /** The project's folder. */
  readonly root: string;
  readonly name: string;
  /** Titles; by default what `data/systems.csv` says of that system, else its name. */
  readonly vi?: string;
  readonly en?: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const TEMPLATE = new URL('./template/', import.meta.url);

/** Every file of the scaffold by its template. */
const FILES = {
  'connector.ts.tmpl': 'connectors/__name__/connector.ts',
  'wire.ts.tmpl': 'connectors/__name__/wire.ts',
  'mapping.ts.tmpl': 'connectors/__name__/mapping.ts',
  'connector.test.ts.tmpl': 'connectors/__name__/connector.test.ts',
  'README.md.tmpl': 'connectors/__name__/README.md',
  'simulator.ts.tmpl': 'mocks/__name__/simulator.ts',
} as const;

const rows = z.array(z.looseObject({ id: z.string(), name_vi: z.string(), name_en: z.string(), wire: z.string() }));

/**
 * Writes the files and enters them where connectors, simulators and systems are listed; nothing is written over.
 *
 * @returns what was written or changed, by path
 * @throws Error where the name is no name, or is taken
 */
export async function scaffold({ root, name, vi, en }: ScaffoldOptions): Promise<string[]> {
  if (!NAME.test(name))
    throw new Error(`${name} is no name: lower-case words joined by hyphens, such as land-registry.`);
  for (const folder of [`connectors/${name}`, `mocks/${name}`])
    if (existsSync(join(root, folder))) throw new Error(`${folder} is there already.`);

  const systems = await readFile(join(root, SYSTEMS), 'utf8');
  const known = rows.parse(parse(systems, { columns: true, bom: true })).find(({ id }) => id === name);
  const words = {
    __name__: name,
    __camel__: camel(name),
    __Name__: camel(name).replace(/^./, (letter) => letter.toUpperCase()),
    __TITLE_VI__: vi ?? known?.name_vi ?? name,
    __TITLE_EN__: en ?? known?.name_en ?? name,
    __CONFIDENCE__: /^[a-z]+/.exec(known?.wire ?? '')?.[0] ?? 'assumed',
  };
  const written: string[] = [];
  for (const [template, target] of Object.entries(FILES)) {
    const path = filled(target, words);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), filled(await readFile(new URL(template, TEMPLATE), 'utf8'), words));
    written.push(path);
  }

  const change = async (path: string, edit: (text: string) => string): Promise<void> => {
    const text = await readFile(join(root, path), 'utf8');
    const edited = edit(text);
    if (edited === text)
      throw new Error(`${path} has no list that the connector could be entered in: enter it by hand.`);
    await writeFile(join(root, path), edited);
    written.push(path);
  };
  await change('connectors/index.ts', (text) =>
    entered(text, `import ${words.__camel__} from './${name}/connector.ts';`, words.__camel__),
  );
  await change('mocks/systems.ts', (text) =>
    entered(text, `import { ${words.__camel__} } from './${name}/simulator.ts';`, words.__camel__),
  );
  await change('mocks/README.md', (text) => inSimulators(text, name, words.__TITLE_EN__, words.__CONFIDENCE__));
  if (!known) {
    const row = [name, words.__TITLE_VI__, words.__TITLE_EN__, '', 'lookup', 'entries read by code', 'assumed'];
    // The file came from a spreadsheet, and may end its lines as one does.
    const end = systems.includes('\r\n') ? '\r\n' : '\n';
    await change(SYSTEMS, (text) => `${text.trimEnd()}${end}${row.map(quoted).join(',')}${end}`);
  }
  return written;
}

const SYSTEMS = 'data/systems.csv';

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const filled = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(/__\w+?__/g, (mark) => words[mark] ?? mark);

/** The text with the import among the others in their order, and the name last in the one list. */
function entered(text: string, line: string, name: string): string {
  const lines = text.split('\n');
  const imports = lines.filter((each) => each.startsWith('import '));
  const from = (each: string): string => /'(.+)'/.exec(each)![1]!;
  const next = imports.find((each) => from(each).startsWith('./') && from(each) > from(line));
  const at = next === undefined ? lines.lastIndexOf(imports.at(-1)!) + 1 : lines.indexOf(next);
  const whole = lines.toSpliced(at, 0, line).join('\n');
  return whole.replace(/(= \[)([^\]]*?)(,?)(\s*)\];/, (_, open: string, items: string, _comma: string, end: string) =>
    end.includes('\n') ? `${open}${items},\n  ${name},\n];` : `${open}${items}, ${name}];`,
  );
}

/** One row more in the first table. */
function inSimulators(text: string, name: string, title: string, confidence: string): string {
  const [before, after] = [text.slice(0, text.indexOf('\n\nThe people')), text.slice(text.indexOf('\n\nThe people'))];
  return `${before}\n| \`/${name}\` | ${title} | ${confidence} | everything that \`connectors/${name}/README.md\` does not name |${after}`;
}

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
