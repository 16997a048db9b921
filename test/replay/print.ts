/** @module Prints a replay beside the published report. */
import type { Published } from './published.ts';
import type { Replayed } from './replay.ts';

/** @returns whether every figure came out and no verdict is wrong */
export function printReplay(
  published: Published,
  { dossiers, events, figures, verdicts }: Replayed,
  say: (line: string) => void,
): boolean {
  say(`\n${published.title}: ${dossiers} dossiers, ${events} events`);
  say(`${'figure'.padEnd(28)} ${'published'.padStart(10)} ${'report'.padStart(10)} ${'SQL'.padStart(10)}`);
  let isExact = true;
  for (const { name, published: wanted, byReport, bySql } of figures) {
    const isRight = byReport === wanted && bySql === wanted;
    isExact &&= isRight;
    const cells = [wanted, byReport, bySql].map((value) => String(value ?? '–').padStart(10)).join(' ');
    say(`${name.padEnd(28)} ${cells} ${isRight ? '' : '  differs'}`);
  }
  for (const [name, why] of Object.entries(published.notReproducible)) say(`${name}: not reproducible – ${why}`);
  for (const { figure, value, why } of published.contradictions) say(`${figure} ${value}: contradicted – ${why}`);

  const { judged, lateByLaw, onTimeCalledLate, lateCalledOnTime, portalFormula, lateWithoutPauses } = verdicts;
  say(`\nThe portal's note on ${judged} dossiers that ended; late by law: ${lateByLaw}`);
  say(`  late had no pause been carried          ${lateWithoutPauses}`);
  say(`  on time by law, late at the portal      ${onTimeCalledLate.length}`);
  say(`  late by law, on time at the portal      ${lateCalledOnTime.length}`);
  say(`  late by the portal's formula alone      ${portalFormula.length} (a second supplement, named)`);
  for (const code of [...onTimeCalledLate, ...lateCalledOnTime].slice(0, 20)) say(`    wrong: ${code}`);
  return isExact && onTimeCalledLate.length === 0 && lateCalledOnTime.length === 0;
}
