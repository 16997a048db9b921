/** @module The tax authority: pushes notices of what is owed for a dossier and vouchers of what was paid; nothing is asked of it. */
import type { Host, Simulator, SimulatorsOptions, System } from '../simulator.ts';
import { jsonAnswer } from '../simulator.ts';
import { perform } from './acts.ts';
import { type NoticeEntry, Notices } from './notices.ts';

/** Heard: everything was taken, part of it was, or nothing could be. Sending the same again would change none of these. */
const HEARD: ReadonlySet<number> = new Set([200, 207, 422]);

export const tax: System = { id: 'tax', build: buildTax };

function buildTax(host: Host, options: SimulatorsOptions): Simulator<NoticeEntry> {
  const notices = new Notices();
  const webhook = options.webhooks?.tax;

  return {
    service: () => 'unknown',
    writes: () => false,
    answer: () => jsonAnswer({ message: 'nothing is asked of this system' }, 404, true),
    apply: (entry) => notices.put(entry),
    act(act) {
      const { dossier, operation, body, entries } = perform(act, notices, host.wireNow(), webhook?.secret ?? '');
      for (const entry of entries) host.keep(entry);
      return host.push({ dossier, operation, body: JSON.stringify(body) });
    },
    ...(webhook && {
      pushRule: {
        address: () => ({ url: webhook.url, headers: {} }),
        taken: (status) => HEARD.has(status),
      },
    }),
    reset: () => notices.reset(),
  };
}
