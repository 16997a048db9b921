/** @module A fault of a time says what is wrong with it: the offset that is missing, or the day that does not exist. */
import { expect, it } from 'vitest';
import { instant } from '../../src/dossiers/shape.ts';
import { violationsIn } from '../../src/http/violations.ts';

const faults = (value: unknown, language: 'vi' | 'en') =>
  violationsIn(instant, value, '$.receivedAt', language).map(({ path, message }) => `${path}: ${message}`);

it.each(['2026-02-30T09:00:00+07:00', '2026-13-01T09:00:00Z', '2026-03-10T25:00:00+07:00', '10/03/2026 09:00+07:00'])(
  'says of %s that there is no such time, and nothing of an offset',
  (time) => {
    expect(faults(time, 'vi')).toEqual([expect.stringMatching(/^\$\.receivedAt: Không có thời điểm này/)]);
    expect(faults(time, 'en')).toEqual([expect.stringMatching(/^\$\.receivedAt: There is no such time/)]);
  },
);

it.each(['2026-03-10T09:00:00', '2026-03-10', 'hôm nay'])('asks for the offset of %s', (time) => {
  expect(faults(time, 'vi')).toEqual([expect.stringMatching(/phải kèm múi giờ/)]);
  expect(faults(time, 'en')).toEqual([expect.stringMatching(/with its offset/)]);
});

it('finds nothing wrong with a time of either spelling', () => {
  for (const time of ['2026-03-10T09:00:00+07:00', '2026-03-10T02:00:00Z']) expect(faults(time, 'en')).toEqual([]);
});
