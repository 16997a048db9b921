/** @module The audit log: where its heads are kept, how long it is, what makes auditors look. */
import { z } from 'zod';
import { setting } from './setting.ts';

export const auditSettings = {
  AUDIT_HEADS_FILE: setting(
    z.string().optional(),
    'Where signed heads of the audit log are kept, outside the database; by default audit-heads.jsonl in DATA_DIR.',
    { example: '/var/lib/lienthong/audit-heads.jsonl' },
  ),
  AUDIT_KEPT_MONTHS: setting(
    z.coerce.number().int().min(12).max(1200).default(60),
    'How many months the audit log is kept; then a whole month ends, and its signed last entry stays.',
  ),
  AUDIT_ALERT_PERSONS: setting(
    z.coerce.number().int().min(1).default(60),
    'From how many persons on, read by one officer within an hour, auditors are alerted.',
  ),
  AUDIT_ALERT_WITHOUT_DOSSIER: setting(
    z.coerce.number().int().min(1).default(10),
    'The same for readings of one officer that name no dossier.',
  ),
  AUDIT_ALERT_OUT_OF_HOURS: setting(
    z.coerce.number().int().min(1).default(10),
    'The same for readings of one officer outside office hours.',
  ),
} as const;
