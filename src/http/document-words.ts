/** @module Words of the OpenAPI document that stand for many operations: its tags, and parameters that mean the same wherever they stand. */
import type { Route } from './route.ts';

const TAGS: Readonly<Record<string, string>> = {
  alerts: 'What needs somebody: due soon, overdue, not accepted, paused too long, late at the portal.',
  audit: 'Who read whose data, when and why, and whether that record is whole.',
  catalogues: 'Procedures, pause reasons and agencies, with their legal basis and dates of effect.',
  changes: 'The change feed: everything that happens, at least once, in order for each dossier.',
  clients: 'Who may call the gateway, what each may, and who changed it.',
  connectors: 'The systems that are joined: how each does, why it is not called, and until when.',
  deadlines: 'The clock as a service: appointments, calendars, and the explanation of both.',
  delivery: 'Papers between agencies and citizens: price, order, cancel, track.',
  dossiers: 'Registering, reading and listing dossiers (hồ sơ).',
  events: "What happens to a dossier, told by the province's own system.",
  exchange: "Dossiers handed over to a ministry's system and followed there.",
  incidents: 'Cases towards those who must mend what cannot be mended here: parties with clocks, evidence packs.',
  imports: 'Moving in: dossiers that are already open, adopted with what others have told of them.',
  lookup: 'Registries of the ministries, asked for a dossier and an officer.',
  operations: 'What could not be applied, for a person to look at.',
  payments: 'Fees, payments, refunds and settlement.',
  reconciliation: 'Both sides compared, each difference named, mended and looked at again.',
  reports: 'Figures by agency and period.',
  subscriptions: 'Outgoing webhooks.',
  sync: 'What each destination has of each dossier, and what operators do about it.',
  webhooks: "Pushes of the ministries' systems, each by its own proof.",
};

/** The tags that the operations carry, each with what it is about. */
export function tagsOf(routes: readonly Route[]): { name: string; description?: string }[] {
  const names = new Set(routes.filter(({ hidden }) => !hidden).map(({ tag }) => tag));
  return [...names].toSorted().map((name) => {
    const description = TAGS[name];
    return description === undefined ? { name } : { name, description };
  });
}

/** By name; an operation's own description goes before it. */
export const PARAMETER_WORDS: Readonly<Record<string, string>> = {
  agency: 'Code of an agency; it counts with all below it.',
  anew: 'Made again though nothing has changed.',
  asOf: 'The day as of which it is answered; today unless told.',
  by: 'What it is broken down by.',
  catalogue: 'Which catalogue.',
  client: 'Only calls of this client.',
  clientId: 'Id of the client.',
  code: 'The code of what the path names: a dossier, an agency or a procedure.',
  communeCode: 'Code of the commune, as the General Statistics Office lists it.',
  cursor: 'Where the page begins: as the last answer gave it.',
  days: 'How many days.',
  dossier: 'Code of a dossier.',
  dossierCode: 'Code of a dossier.',
  difference: 'Only about this difference.',
  dueBefore: 'Only those whose appointment is before this time.',
  enterpriseCode: 'Code of the enterprise (mã số doanh nghiệp).',
  figure: 'The figure whose dossiers are listed.',
  fileName: 'Name of the file that is sent, for the report.',
  format: 'The form of the answer.',
  from: 'From this day or time on.',
  id: 'The identifier of what the path names.',
  'if-match': 'The `ETag` that was read: refused with 412 if somebody has changed it since.',
  incident: 'Only about this incident.',
  includeClosed: 'Also what has ended.',
  kind: 'Only of this kind.',
  lang: 'Language of the texts.',
  late: 'Only what is overdue.',
  limit: 'Items of one page, at most.',
  mode: 'What is done with what is sent.',
  name: 'The name of the connector or destination.',
  officer: 'Only what this officer asked for.',
  number: 'The number of the incident.',
  operation: "The upstream's own name of what it tells.",
  origin: 'Only dossiers that came from there.',
  pausedLongerThan: 'Only dossiers paused for longer than so many hours.',
  procedure: 'Code of a procedure.',
  provider: 'The system that is meant, among those configured.',
  seq: 'Number of the entry in its timeline.',
  state: 'Only in this state.',
  status: 'Only with this status.',
  stray: 'Also what stands in no catalogue.',
  takenAt: 'When the screen showed it.',
  to: 'Until this day or time.',
  under: 'Only agencies below this one.',
  wait: 'Seconds to wait for something new.',
  year: 'The calendar year.',
};
