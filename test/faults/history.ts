/** @module What happened in a fault run, as a history of facts, and the pure judge of it: quality.md, "Faults". */

/** An event left a sender for the first time; `event` names it for good, `code` and `occurredAt` are what the portal is to show of it. */
export interface Sent {
  readonly fact: 'sent';
  readonly at: number;
  readonly dossier: string;
  readonly event: string;
  readonly code: string;
  /** Epoch milliseconds in whole seconds, as the portal's wire has them. */
  readonly occurredAt: number;
  /** `may`: effective for as long as an event that happened before it is not known (F2). */
  readonly shows: 'must' | 'may' | 'never';
}

/** The gateway said that it has the event. */
export interface Acknowledged {
  readonly fact: 'acknowledged';
  readonly at: number;
  readonly dossier: string;
  readonly event: string;
}

/** The portal accepted a record; in the order of its acceptance. A snapshot has no time of its own. */
export interface Seen {
  readonly fact: 'seen';
  readonly at: number;
  readonly dossier: string;
  readonly kind: 'progress' | 'snapshot';
  readonly code: string;
  readonly occurredAt: number | null;
}

/** What the portal kept in silence to itself was found missing and sent again: a record may then stand behind a later one. */
export interface Repaired {
  readonly fact: 'repaired';
  readonly at: number;
  readonly dossier: string;
}

/** What the portal shows of a dossier at the end. */
export interface Shown {
  readonly fact: 'shown';
  readonly at: number;
  readonly dossier: string;
  readonly code: string;
}

export type Fact = Sent | Acknowledged | Seen | Repaired | Shown;

/** The facts that offend, by what they offend against. */
export interface Verdicts {
  /** Acknowledged and never seen, nor anything later of its dossier. */
  readonly lost: readonly Sent[];
  /** Acknowledged and never seen, although something later of its dossier was. */
  readonly skipped: readonly Sent[];
  /** A record that the portal had before. */
  readonly duplicated: readonly Seen[];
  /** Seen before what was acknowledged before it was sent. */
  readonly disordered: readonly { readonly first: Sent; readonly seenBefore: Sent }[];
  /** A snapshot older than what stood there, or a final status that is not the newest event's. */
  readonly stale: readonly (Seen | Shown)[];
  /** What nobody sent. */
  readonly invented: readonly Seen[];
}

/** Demanded states that an event skipped carry that event's time. */
const IMPLIED = new Set(['1', '2', '4']);

export const toLines = (history: readonly Fact[]): string =>
  history.map((fact) => `${JSON.stringify(fact)}\n`).join('');

export const fromLines = (text: string): Fact[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fact);

/** Judges a whole history. Facts stand in the order in which they were observed; those of a sender among each other, those of the portal among each other. */
export function check(history: readonly Fact[]): Verdicts {
  const all = [...byDossier(history).values()].map(checkDossier);
  return {
    lost: all.flatMap(({ lost }) => lost),
    skipped: all.flatMap(({ skipped }) => skipped),
    duplicated: all.flatMap(({ duplicated }) => duplicated),
    disordered: all.flatMap(({ disordered }) => disordered),
    stale: all.flatMap(({ stale }) => stale),
    invented: all.flatMap(({ invented }) => invented),
  };
}

function byDossier(history: readonly Fact[]): Map<string, Fact[]> {
  const found = new Map<string, Fact[]>();
  for (const fact of history) {
    const facts = found.get(fact.dossier);
    if (facts) facts.push(fact);
    else found.set(fact.dossier, [fact]);
  }
  return found;
}

/** One event of a dossier with what became of it; places are positions in the history, infinite for what did not happen. */
interface Course {
  readonly sent: Sent;
  readonly sentPlace: number;
  acknowledgedPlace: number;
  /** Position among the portal's records. */
  seenPlace: number;
}

function checkDossier(facts: readonly Fact[]): Verdicts {
  const courses = coursesOf(facts);
  const seen = facts.filter((fact) => fact.fact === 'seen');
  const isRepaired = facts.some(({ fact }) => fact === 'repaired');
  const lastSeen = courses.reduce((last, course) => (wasSeen(course) ? Math.max(last, course.sentPlace) : last), -1);
  const missing = courses.filter(
    (course) => course.sent.shows === 'must' && isAcknowledged(course) && !wasSeen(course),
  );
  return {
    lost: missing.filter(({ sentPlace }) => sentPlace > lastSeen).map(({ sent }) => sent),
    skipped: missing.filter(({ sentPlace }) => sentPlace < lastSeen).map(({ sent }) => sent),
    duplicated: repeated(seen),
    disordered: isRepaired ? [] : disorder(courses),
    stale: [...staleSnapshots(seen, courses), ...staleEnd(facts, courses)],
    invented: seen.filter((one) => isInvented(one, courses)),
  };
}

const keyOf = ({ code, occurredAt }: { code: string; occurredAt: number | null }): string => `${code}@${occurredAt}`;
const isAcknowledged = ({ acknowledgedPlace }: Course): boolean => Number.isFinite(acknowledgedPlace);
const wasSeen = ({ seenPlace }: Course): boolean => Number.isFinite(seenPlace);

function coursesOf(facts: readonly Fact[]): Course[] {
  const courses = new Map<string, Course>();
  const seenFirst = new Map<string, number>();
  for (const [place, fact] of facts.entries()) {
    if (fact.fact === 'sent' && !courses.has(fact.event))
      courses.set(fact.event, { sent: fact, sentPlace: place, acknowledgedPlace: Infinity, seenPlace: Infinity });
    else if (fact.fact === 'acknowledged') {
      const course = courses.get(fact.event);
      if (course) course.acknowledgedPlace = Math.min(course.acknowledgedPlace, place);
    } else if (fact.fact === 'seen' && fact.kind === 'progress' && !seenFirst.has(keyOf(fact)))
      seenFirst.set(keyOf(fact), place);
  }
  for (const course of courses.values()) course.seenPlace = seenFirst.get(keyOf(course.sent)) ?? Infinity;
  return [...courses.values()];
}

function repeated(seen: readonly Seen[]): Seen[] {
  const before = new Set<string>();
  return seen.filter((one) => {
    if (one.kind !== 'progress') return false;
    const isRepeated = before.has(keyOf(one));
    before.add(keyOf(one));
    return isRepeated;
  });
}

/** Only what was acknowledged before another was sent has an order; what was under way together has none. */
function disorder(courses: readonly Course[]): { first: Sent; seenBefore: Sent }[] {
  const found: { first: Sent; seenBefore: Sent }[] = [];
  for (const first of courses) {
    for (const other of courses) {
      if (first.acknowledgedPlace < other.sentPlace && wasSeen(first) && other.seenPlace < first.seenPlace)
        found.push({ first: first.sent, seenBefore: other.sent });
    }
  }
  return found;
}

/** A snapshot tells of the newest event that stood there, or of a newer one. */
function staleSnapshots(seen: readonly Seen[], courses: readonly Course[]): Seen[] {
  const times = new Map(
    courses.filter(({ sent }) => sent.shows === 'must').map(({ sent }) => [keyOf(sent), sent.occurredAt]),
  );
  let newest = Number.NEGATIVE_INFINITY;
  return seen.filter((one) => {
    if (one.kind === 'progress') {
      newest = Math.max(newest, times.get(keyOf(one)) ?? newest);
      return false;
    }
    const isOurs = courses.some(({ sent }) => sent.code === one.code);
    return isOurs && !courses.some(({ sent }) => sent.code === one.code && sent.occurredAt >= newest);
  });
}

function staleEnd(facts: readonly Fact[], courses: readonly Course[]): Shown[] {
  const newest = courses
    .filter((course) => course.sent.shows === 'must' && isAcknowledged(course))
    .reduce<Sent | null>((best, { sent }) => (best === null || sent.occurredAt >= best.occurredAt ? sent : best), null);
  return facts.filter((fact) => fact.fact === 'shown').filter(({ code }) => newest !== null && code !== newest.code);
}

function isInvented(seen: Seen, courses: readonly Course[]): boolean {
  return !courses.some(({ sent }) => {
    if (sent.shows === 'never') return false;
    if (seen.kind === 'snapshot') return sent.code === seen.code;
    return seen.occurredAt === sent.occurredAt && (seen.code === sent.code || IMPLIED.has(seen.code));
  });
}
