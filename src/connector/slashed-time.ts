/** @module The instant as .NET systems of the country write it: `dd/MM/yyyy HH:mm:ss`, 24 hours, in Asia/Ho_Chi_Minh. */
import { fromCompactTime } from './compact-time.ts';

/**
 * Epoch milliseconds; null for an empty or impossible time, and for one of a clock of twelve hours (`SA`, `CH`, `AM`, `PM`),
 * since what was meant by its `02:30` is not known.
 */
export function fromSlashedTime(text: string | null | undefined): number | null {
  const match = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2})$/.exec(text ?? '');
  if (!match) return null;
  const [, day, month, year, hour, minute, second] = match;
  return fromCompactTime(`${year}${month}${day}${hour}${minute}${second}`);
}
