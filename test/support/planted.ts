/** @module The whole product with everything planted that the examples of the OpenAPI document read or change. */
import { plantExampleClient } from '../../src/access/client-examples.ts';
import { plantCatalogueExamples } from '../../src/catalogue/sides/examples.ts';
import { plantExampleDeliveries } from '../../src/delivery/examples.ts';
import { plantDemoPayment } from '../../src/demo/payments.ts';
import { exampleCommands } from '../../src/dossiers/examples.ts';
import { plantExamplePack } from '../../src/evidence/examples.ts';
import { plantExchangeExamples } from '../../src/exchange/examples.ts';
import { plantIncidentExamples } from '../../src/incidents/examples.ts';
import { plantReconciliationExamples } from '../../src/reconciliation/examples.ts';
import { plantExampleSubscriptions } from '../../src/subscriptions/examples.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';

/** @param settings of the gateway, over those of a test */
export async function startPlanted(
  settings: Readonly<Record<string, string>> = {},
  options: ProductOptions = {},
): Promise<Product> {
  const product = await startProduct(settings, options);
  const { deps, seal } = product;
  const { pool, appender, exchange } = deps;
  const now = Date.now();
  await appender.append({ commands: exampleCommands, raw: null });
  await plantExchangeExamples({ appender, exchanges: exchange.exchanges }, now);
  await plantReconciliationExamples(pool, 'national-portal');
  await plantCatalogueExamples(pool);
  await plantIncidentExamples(pool, { seal, parties: deps.incidents.addressBook.parties, now });
  await plantExamplePack(pool, { seal, now });
  await plantExampleSubscriptions(pool, { seal, url: `${product.simulators}/igate/webhooks`, now });
  await plantExampleClient(pool, now);
  await plantDemoPayment(deps.payments);
  await plantExampleDeliveries(deps.deliveries);
  await deps.watch.round();
  return product;
}
