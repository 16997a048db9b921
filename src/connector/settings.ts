/** @module The settings of every connector, by its name, for the configuration. */
import { connectors } from '../../connectors/index.ts';
import type { ConnectorSettings } from '../config.ts';

export const connectorSettings: ConnectorSettings = Object.fromEntries(
  connectors.map(({ name, settings }) => [name, settings]),
);
