/** @module The client that the document gives, and what each part of an iGate that uses it shares. */
import createClient, { type Client as ClientOf } from 'openapi-fetch';
import type { paths } from './gateway.ts';

export type Client = ClientOf<paths>;

/** Why personal data is asked for, for which dossier and by which officer. */
export const access = {
  'X-Purpose': 'dossier-processing',
  'X-Dossier': 'H15.58-260310-8001',
  'X-Officer': 'cb-204',
} as const;

export const an = { name: 'Nguyễn Văn An', personalId: '066090000123' } as const;

let acts = 0;
/** For a write: it is done once, however often it is sent. */
export const once = () => ({ ...access, 'Idempotency-Key': `conformance-${++acts}` });

/** @param called told of each call: its method and its path as the document writes it */
export function gateway(baseUrl: string, token: string, called: (operation: string) => void): Client {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  client.use({ onRequest: ({ request, schemaPath }) => void called(`${request.method} ${schemaPath}`) });
  return client;
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: { readonly title: string; readonly detail: string };
}

/** What was answered. @throws where that is a problem */
export function dataOf<T>({ data, error }: Answer<T>): T {
  if (data === undefined) throw new Error(error ? `${error.title} ${error.detail}` : 'no answer');
  return data;
}
