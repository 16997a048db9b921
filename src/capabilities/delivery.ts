/** @module The `delivery` capability: what its domain asks of the systems behind it, in the gateway's terms. */

/** A carrier of papers between agencies and citizens. */
export interface DeliveryProvider {
  /** The connector that stands behind it. */
  readonly name: string;
}
