/** @module The document's examples as an iGate's developers would copy them: typed calls of the generated client, to be compiled. */

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly example?: unknown;
}

interface Operation {
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A module that makes one call of each operation, as its example says. */
export function exampleCalls({ paths }: Document): string {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) =>
        `  ({ ${method.toUpperCase()} }: Client) => ${callOf(path, method.toUpperCase(), operation)},`,
    ),
  );
  return `import type { Client } from './calls.ts';\n\nexport const calls = [\n${calls.join('\n')}\n];\n`;
}

function callOf(path: string, method: string, { parameters = [], requestBody }: Operation): string {
  const params: Record<string, Record<string, unknown>> = {};
  for (const { name, in: place, example } of parameters) {
    if (example === undefined) continue;
    params[place] ??= {};
    params[place][name] = example;
  }
  const [content] = Object.values(requestBody?.content ?? {});
  const init = {
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(content?.example === undefined ? {} : { body: content.example }),
  };
  return `${method}(${JSON.stringify(path)}, ${JSON.stringify(init)})`;
}
