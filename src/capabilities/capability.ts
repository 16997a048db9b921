/** @module The capabilities by which connectors are known to the API. */
export const CAPABILITIES = [
  'lookup',
  'exchange',
  'portal',
  'source',
  'payments',
  'receipts',
  'delivery',
  'signing',
  'documents',
  'login',
  'notify',
  'measure',
  'catalogue',
] as const;

export type Capability = (typeof CAPABILITIES)[number];
