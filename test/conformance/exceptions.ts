/** @module Where the document goes its own way, and why: each names a rule, the places where it does not hold, and the reason. */

export interface Exception {
  readonly rule: string;
  /** Where in the document, as `paths./v1/….responses`; everywhere unless told. */
  readonly at?: RegExp;
  readonly why: string;
}

const ANSWERED = /\.responses\.|^components\.schemas\.Problem/;
/** What a ministry's system pushes to us. */
const PUSHED = /^paths\.\/v1\/webhooks\//;

const KEY = /^paths\.\/\.well-known\/lienthong-evidence-key\.pem\./;

export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'owasp:api4:2023-string-limit',
    at: ANSWERED,
    why: 'A bound protects who reads; what we answer is bounded by what we took, page by page.',
  },
  { rule: 'owasp:api4:2023-array-limit', at: ANSWERED, why: 'The same.' },
  {
    rule: 'owasp:api4:2023-string-restricted',
    why: 'Names, addresses and reasons are free text in Vietnamese; codes obey rules that no pattern can state, and each fault is answered with its path and in words.',
  },
  {
    rule: 'owasp:api4:2023-string-limit',
    at: PUSHED,
    why: 'The wire is the ministry’s. The body is bounded (1 MiB), and what cannot be read is quarantined or refused whole.',
  },
  { rule: 'owasp:api4:2023-array-limit', at: PUSHED, why: 'The same.' },
  {
    rule: 'owasp:api4:2023-rate-limit',
    at: /^paths\.\/(v1\/webhooks|status|\.well-known)/,
    why: 'Who asks for no token has no limit of its own: pushes are held back by the bounded queue (503 with Retry-After).',
  },
  {
    rule: 'owasp:api8:2023-define-cors-origin',
    why: 'No page of another site may call: no answer carries Access-Control-Allow-Origin, and a browser then refuses it.',
  },
  {
    rule: 'owasp:api1:2023-no-numeric-ids',
    why: 'Operators read these numbers aloud. They open nothing by themselves: scope and agency are asked for at each of them.',
  },
  {
    rule: 'owasp:api2:2023-write-restricted',
    at: PUSHED,
    why: 'A push proves itself by its signature, its security code or its checksum; it carries no token.',
  },
  {
    rule: 'owasp:api2:2023-short-lived-access-tokens',
    why: 'Tokens live an hour; client credentials have no refresh token (RFC 6749, 4.4.3).',
  },
  {
    rule: 'owasp:api2:2023-read-restricted',
    at: /^paths\.\/(status|\.well-known)/,
    why: 'The public state of the connections, and public keys.',
  },
  {
    rule: 'owasp:api8:2023-define-error-responses-401',
    at: /^paths\.\/(status|\.well-known)/,
    why: 'It asks for no token.',
  },
  {
    rule: 'owasp:api2:2023-read-restricted',
    at: KEY,
    why: 'The public half of a key, for whoever is sent an evidence pack.',
  },
  { rule: 'owasp:api8:2023-define-error-responses-401', at: KEY, why: 'The same.' },
  {
    rule: 'contact-properties',
    why: 'The operators of a province are reached as its own page says, not by one address.',
  },
];
