/** @module How fast a destination is asked: half as fast when it struggles, a twentieth of the most faster after each good round. Pure. */
const SLOWEST = 0.1;
const RECOVERY = 1 / 20;

/** Questions a second from now on. */
export function paceAfter(pace: number, round: { calls: number; struggled: boolean }, most: number): number {
  if (round.struggled) return Math.max(SLOWEST, pace / 2);
  return round.calls === 0 ? pace : Math.min(most, pace + most * RECOVERY);
}
