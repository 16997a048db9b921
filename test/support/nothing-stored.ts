/** @module An issuer's store that keeps nothing, for tests that revoke nothing. */
import type { IssuerStore } from '../../src/http/issuer.ts';

export const nothingStored: IssuerStore = {
  useOnce: async () => true,
  revoke: async () => {},
  isRevoked: () => false,
};
