/** @module How long what is kept is kept; the audit log has its own. */
import { z } from 'zod';
import { setting } from './setting.ts';

const days = z.coerce.number().int().min(1).max(3650);

export const retentionSettings = {
  DOSSIERS_KEPT_DAYS: setting(
    z.coerce.number().int().min(0).max(36_500).default(3650),
    'How many days after its end a dossier keeps whom it is about, by the rules on archives; only after them one person is erased from it.',
  ),
  RAW_MESSAGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days messages are kept as they came in and went out (sealed).',
  ),
  DELIVERY_ATTEMPTS_KEPT_DAYS: setting(days.default(396), 'How many days the attempts of deliveries are kept.'),
  EXCHANGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days what was handed to a ministry is kept after its end (sealed).',
  ),
  EVIDENCE_EXCHANGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days what was said to a destination about a dossier that differed is kept for evidence packs (sealed).',
  ),
  IMPORTS_KEPT_DAYS: setting(
    days.default(90),
    'How many days an ended import is kept with its faults; its file goes at once.',
  ),
  PORTAL_EXPORTS_KEPT_DAYS: setting(days.default(30), 'How many days uploaded exports of a portal are kept.'),
  CATALOGUE_LISTS_KEPT_DAYS: setting(
    days.default(396),
    'How many days an uploaded list of a side’s catalogue is kept after a newer one has replaced it.',
  ),
  QUARANTINE_KEPT_DAYS: setting(
    days.default(180),
    'How many days a quarantined message is kept after it was released or discarded (sealed).',
  ),
  BROKEN_ANSWERS_KEPT_DAYS: setting(
    days.default(30),
    'How many days an answer that broke its contract is kept (sealed).',
  ),
  CHANGES_KEPT_DAYS: setting(days.default(90), 'How many days a change stays in the change feed.'),
} as const;
