/** @module The operations of the OpenAPI document as the fuzz run reads them. */
import type { Schema } from './arbitrary.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Methods that the path is documented with. */
  readonly methods: readonly string[];
  /** The scope it asks for; null: it is public. */
  readonly scope: string | null;
  readonly parameters: readonly Parameter[];
  readonly body: (Media & { readonly type: string; readonly required: boolean }) | null;
  readonly answers: Readonly<Record<string, DocumentedAnswer>>;
}

export interface ApiDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly security?: readonly { readonly oauth2?: readonly string[] }[];
            readonly parameters?: readonly Parameter[];
            readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> };
            readonly responses: Readonly<Record<string, DocumentedAnswer>>;
          }
        >
      >
    >
  >;
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Operation => {
      const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        methods: Object.keys(operations).map((one) => one.toUpperCase()),
        scope: operation.security?.flatMap(({ oauth2 = [] }) => oauth2)[0] ?? null,
        parameters: operation.parameters ?? [],
        body: type === undefined ? null : { ...media, type, required: operation.requestBody?.required === true },
        answers: operation.responses,
      };
    }),
  );
}
