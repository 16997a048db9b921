/** @module Whether an answer is what the document promises (the list of checks is schemathesis's). */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Schema } from './arbitrary.ts';
import type { ApiDocument, Operation } from './operations.ts';
import type { FuzzRequest, Wrong } from './requests.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a wrong request is to be answered. */
const REFUSALS: Readonly<Record<Wrong, readonly number[]>> = {
  'no-token': [401],
  'bad-token': [401],
  'no-scope': [403],
  // What is wrong with a body that only looked right may be said first.
  'missing-header': [400, 422],
  'missing-member': [400, 422],
  'unknown-member': [400, 422],
  'wrong-type': [400, 422],
  'bad-parameter': [400],
  'unknown-query': [400],
  method: [405],
  'media-type': [415],
  'broken-json': [400, 422],
};

/** Refused with any of these before what is wrong was come to, or whatever is sent. */
const EARLIER: readonly number[] = [413, 414, 429];

export class Judge {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #schemas: ApiDocument['components']['schemas'];

  constructor({ components }: ApiDocument) {
    this.#schemas = components.schemas;
  }

  /** Checks bodies of an operation's requests; null where it takes no JSON. */
  requests({ id, body }: Operation): ValidateFunction | null {
    return body?.type === 'application/json' && body.schema ? this.#validator(`${id} request`, body.schema) : null;
  }

  /** What is wrong with the answer; empty where nothing is. */
  faults(request: FuzzRequest, answer: Answer): string[] {
    const { operation, wrong } = request;
    const { status } = answer;
    const problem = problemIn(answer);
    if (status >= 500) return isOfOthers(problem) ? [] : [`${status} ${problem?.code ?? ''}`];
    const faults: string[] = [];
    if (wrong !== null && !REFUSALS[wrong].includes(status) && !EARLIER.includes(status))
      faults.push(`${wrong} was answered ${status} ${problem?.code ?? ''}`);
    if (wrong === null && [400, 405, 406, 415, 401, 403].includes(status) && !isOwnCheck(operation, status, problem))
      faults.push(
        `what the document allows was answered ${status} ${problem?.code} ${JSON.stringify(problem?.violations)}`,
      );
    if (status === 401 && operation.scope !== null && !answer.headers.has('www-authenticate'))
      faults.push('401 without WWW-Authenticate');
    if (status === 405) return answer.headers.has('allow') ? faults : [...faults, '405 without Allow'];
    if (status === 429 && !answer.headers.has('retry-after')) faults.push('429 without Retry-After');
    return [...faults, ...this.#undocumented(operation, answer)];
  }

  #undocumented({ id, answers }: Operation, { status, headers, text }: Answer): string[] {
    const documented = answers[status];
    if (!documented) return [`${status} is not documented`];
    const missing = Object.entries(documented.headers ?? {})
      .filter(([name, { required }]) => required && !headers.has(name))
      .map(([name]) => `${status} without the documented header ${name}`);
    const type = headers.get('content-type')?.replace(/;.*/s, '').trim() ?? null;
    const content = documented.content ?? {};
    if (type === null) return text === '' ? missing : [...missing, `${status} has a body without a type`];
    const media = content[type];
    if (!media) return [...missing, `${status} is answered as ${type}, documented are ${Object.keys(content)}`];
    if (!/json$/.test(type) || !media.schema) return missing;
    const validate = this.#validator(`${id} ${status} ${type}`, media.schema);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return [...missing, `${status} is no JSON`];
    }
    if (validate(body)) return missing;
    const [error] = validate.errors ?? [];
    return [...missing, `${status} does not fit its schema: ${error?.instancePath} ${error?.message}`];
  }

  #validator(name: string, schema: Schema): ValidateFunction {
    const known = this.#compiled.get(name);
    if (known) return known;
    const made = this.#ajv.compile({ ...schema, components: { schemas: this.#schemas } });
    this.#compiled.set(name, made);
    return made;
  }
}

interface Problem {
  readonly code?: string;
  readonly who?: string;
  readonly violations?: readonly { readonly path: string; readonly message: string }[];
}

function problemIn({ headers, text }: Answer): Problem | null {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return null;
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return null;
  }
}

/** What no schema can say: proofs of pushes, agencies that are not the caller's, dossier numbers that do not exist. */
function isOwnCheck(operation: Operation, status: number, problem: Problem | null): boolean {
  if (operation.path.startsWith('/v1/webhooks/')) return true;
  if (status === 403) return problem?.code !== 'forbidden-scope';
  // A file is known by its content.
  if (status === 415) return operation.body !== null && operation.body.type !== 'application/json';
  if (status !== 400) return false;
  if (problem?.code !== 'invalid-parameters') return problem?.code !== 'malformed-request';
  return problem.violations!.some(({ path, message }) => BEYOND_SCHEMAS.some((one) => one.test(`${path}: ${message}`)));
}

/** What compares two parameters, asks a calendar, or has a check digit. */
const BEYOND_SCHEMAS = [
  /^query\.(from|to): .*(≤|một năm|phải trước)/,
  /^query\.cursor: không phải cursor đã cấp/,
  /: mã hồ sơ phải có dạng/,
  /: mã số thuế/,
];

/** An upstream's fault, or a system that is not connected here. */
const isOfOthers = (problem: Problem | null): boolean =>
  problem?.who === 'upstream' || problem?.code === 'provider-not-configured';
