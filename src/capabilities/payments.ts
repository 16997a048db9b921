/** @module The `payments` capability: what its domain asks of the systems behind it, in the gateway's terms. */

/** A system that takes the money of citizens. */
export interface PaymentProvider {
  /** The connector that stands behind it. */
  readonly name: string;
}
