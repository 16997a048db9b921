/** @module `.env.example`: every setting with what is said of it. */
import type { z } from 'zod';
import { type ConnectorSettings, variableOf } from '../config.ts';
import { groups } from './all.ts';
import { settingFacts } from './setting.ts';

/** The text of `.env.example`: every setting with its description and default. */
export function envExample(connectors: ConnectorSettings = {}): string {
  const lines = [
    '# Settings of Liên Thông, all optional unless said otherwise. A secret may also come from the file named by <KEY>_FILE.',
  ];
  const add = (key: string, schema: z.ZodType) => {
    const { description = key, secret, example = '', fallback, isRequired } = settingFacts(schema);
    lines.push('', `# ${description}${isRequired ? ' Required.' : ''}${secret ? ' (secret)' : ''}`);
    lines.push(`${fallback === undefined ? '# ' : ''}${key}=${fallback ?? example}`);
  };
  for (const [title, group] of Object.entries(groups)) {
    lines.push('', `# --- ${title}`);
    for (const [key, schema] of Object.entries(group)) add(key, schema);
  }
  for (const [name, schema] of Object.entries(connectors)) {
    lines.push('', `# --- ${name}`);
    for (const [member, part] of Object.entries(schema.shape)) add(variableOf(name, member), part as z.ZodType);
  }
  return `${lines.join('\n')}\n`;
}
