/** @module The connectors of this installation, in the order in which they are shown. */
import type { Connector } from '../src/connector/define.ts';
import businessRegistry from './business-registry/connector.ts';
import civilStatus from './civil-status/connector.ts';
import coordination from './coordination/connector.ts';
import landRegistry from './land-registry/connector.ts';
import nationalPortal from './national-portal/connector.ts';
import paymentPlatform from './payment-platform/connector.ts';
import population from './population/connector.ts';
import tax from './tax/connector.ts';
import vnpost from './vnpost/connector.ts';

export const connectors: readonly Connector[] = [
  nationalPortal,
  population,
  businessRegistry,
  landRegistry,
  civilStatus,
  coordination,
  paymentPlatform,
  vnpost,
  tax,
];
