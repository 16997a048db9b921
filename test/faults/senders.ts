/** @module The senders of a fault run: each repeats a call until it is acknowledged, as iGate and the ministries' systems do, and writes the history down. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../src/units.ts';
import { signedHeaders } from '../webhooks/signed.ts';
import type { Fact } from './history.ts';
import type { Step } from './stories.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecret: string;
  readonly securityCode: string;
}

const PATIENCE = 5 * SECOND;
const AGAIN_AFTER = 50;

export class Senders {
  readonly #urls: readonly string[];
  readonly #credentials: Credentials;
  readonly #history: Fact[];
  readonly #known = new Set<string>();
  #token: Promise<string> | null = null;
  #turn = 0;

  /** @param urls the replicas' addresses, taken in turn; @param history takes what was sent and acknowledged */
  constructor(urls: readonly string[], credentials: Credentials, history: Fact[]) {
    this.#urls = urls;
    this.#credentials = credentials;
    this.#history = history;
  }

  /** Sends the steps of each story one after the other, so many stories at once. */
  async tell(stories: readonly (readonly Step[])[], atOnce = 16): Promise<void> {
    const waiting = stories[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (const story of waiting) for (const step of story) await this.send(step);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** Sends one step until it is acknowledged. */
  async send(step: Step): Promise<void> {
    const { dossier, tells } = step;
    for (const told of tells) {
      const name = `${dossier} ${told.event}`;
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.#history.push({ fact: 'sent', at: Date.now(), dossier, ...told });
    }
    while (!(await this.#taken(step))) await delay(AGAIN_AFTER);
    for (const { event } of tells) this.#history.push({ fact: 'acknowledged', at: Date.now(), dossier, event });
  }

  async #taken(step: Step): Promise<boolean> {
    const url = this.#urls[this.#turn++ % this.#urls.length]!;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url + step.path.replace('{code}', this.#credentials.securityCode), {
        method: step.method,
        ...(await this.#signed(url, step)),
        signal: AbortSignal.timeout(PATIENCE),
      });
      text = await response.text();
    } catch {
      // A sender knows only that it got no answer: it repeats.
      return false;
    }
    if (response.status === 401) this.#token = null;
    if (response.status >= 500 || response.status === 401 || response.status === 429) return false;
    if (!response.ok || /"(quarantined|refused)":[1-9]/.test(text))
      throw new Error(`${step.path} was answered ${response.status}: ${text}`);
    return true;
  }

  async #signed(url: string, step: Step): Promise<{ headers: Record<string, string>; body: string }> {
    const body = JSON.stringify(step.body);
    const headers = { 'content-type': 'application/json' };
    if (step.sender === 'igate')
      return { headers: { ...headers, authorization: `Bearer ${await this.#tokenFrom(url)}` }, body };
    if (step.sender === 'land-registry') return { headers, body };
    const now = Math.floor(Date.now() / SECOND);
    return {
      headers: { ...headers, ...signedHeaders(this.#credentials.webhookSecret, now, body, randomUUID()) },
      body,
    };
  }

  #tokenFrom(url: string): Promise<string> {
    const { clientId, clientSecret } = this.#credentials;
    this.#token ??= fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(PATIENCE),
    }).then(async (response) => {
      if (!response.ok) throw new Error(`no token: ${response.status}`);
      return ((await response.json()) as { access_token: string }).access_token;
    });
    this.#token.catch(() => {
      this.#token = null;
    });
    return this.#token;
  }
}
