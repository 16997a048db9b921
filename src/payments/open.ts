/** @module The payments of an installation: its routes, its followers, and where the platforms' notices go. */
import type { PaymentReport } from '../capabilities/payments.ts';
import type { RawMessage } from '../dossiers/store.ts';
import type { Route } from '../http/route.ts';
import { MINUTE } from '../units.ts';
import { setAside } from '../webhooks/store.ts';
import type { WorkerPart } from '../worker.ts';
import type { PaymentsDeps } from './deps.ts';
import { paymentDifferences } from './differences.ts';
import { feeRoutes } from './fee-routes.ts';
import type { FeeCatalogue } from './fees.ts';
import { accountOf, readAccounts, readFees } from './files.ts';
import { paymentFollowers } from './follow.ts';
import { takeNotices } from './hear.ts';
import { paymentReportRoutes } from './report-routes.ts';
import { paymentRoutes } from './routes.ts';
import { settlementRoutes } from './settlement-routes.ts';

export interface Payments {
  readonly deps: PaymentsDeps;
  /** What the province charges; null where it has told no fees. */
  readonly fees: FeeCatalogue | null;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
  /** Takes what a platform pushes; a payment that nobody here asked for is kept aside for a person. */
  takePayments(reports: readonly PaymentReport[], raw: RawMessage): Promise<void>;
}

export interface PaymentsOptions extends Omit<PaymentsDeps, 'accountOf' | 'settings' | 'portal'> {
  readonly config: {
    readonly FEES_FILE?: string | undefined;
    readonly BENEFICIARY_ACCOUNTS_FILE?: string | undefined;
    readonly PAYMENTS_PAGE_MINUTES: number;
    readonly PAYMENTS_ASK_AFTER_MS: number;
  };
  /** The destination that is to show what was paid. */
  readonly destination: { readonly name: string; readonly portal: PaymentsDeps['portal'] };
}

/** @throws Error that names a file of the settings that can't be read */
export async function openPayments(options: PaymentsOptions): Promise<Payments> {
  const { config, destination, pool, seal, catalogue, appender, providers, log, now } = options;
  const [fees, accounts] = await Promise.all([
    readFees(config.FEES_FILE),
    readAccounts(config.BENEFICIARY_ACCOUNTS_FILE),
  ]);
  const settings = { pageMs: config.PAYMENTS_PAGE_MINUTES * MINUTE, askAfterMs: config.PAYMENTS_ASK_AFTER_MS };
  const deps: PaymentsDeps = {
    pool,
    seal,
    catalogue,
    appender,
    providers,
    log,
    now,
    portal: destination.portal,
    accountOf: (agencyCode) => accountOf(accounts, agencyCode, catalogue().agencies.asOf(now())),
    settings,
  };
  return {
    deps,
    fees,
    routes: [
      ...paymentRoutes(deps),
      ...settlementRoutes(deps),
      ...paymentReportRoutes(deps, destination.name),
      ...feeRoutes({ fees }),
    ],
    parts: [
      ...paymentFollowers(deps),
      paymentDifferences({
        db: pool,
        calendarOf: (code) => catalogue().calendarOf(code),
        providers: [...providers.keys()],
        destination: destination.name,
        agencies: () => {
          const { agencies, data } = catalogue();
          const today = agencies.asOf(now());
          return {
            all: today.codesUnder(data.agencies.map(({ code }) => code)),
            standsFor: (code) => today.standsFor(code),
          };
        },
        log,
        now,
      }),
    ],
    async takePayments(reports, raw) {
      const unknown = await takeNotices(deps, reports, raw);
      if (unknown.length === 0) return;
      const detail = unknown.map(({ reference }) => `no payment ${reference} was asked for here`).join('; ');
      await setAside(deps.pool, deps.seal, { raw, reason: 'unknown-payment', detail, dossierRef: null });
    },
  };
}
