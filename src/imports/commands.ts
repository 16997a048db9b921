/** @module A checked line as what the append takes: the registration, what happened since, and what the destination has. */
import type { Adoption, Baseline, Command } from '../dossiers/commands.ts';
import { toEventCommand } from '../dossiers/event-routes.ts';
import { pauseKind } from '../dossiers/status.ts';
import type { Profile } from '../sync/profile.ts';
import type { BaselineInput, ImportLine, LineFault } from './line.ts';

export const IMPORT_MODES = ['validate', 'adopt', 'adopt-and-sync'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

export interface CommandRules {
  readonly mode: ImportMode;
  /** Agencies of the client that sent the file. */
  readonly agencies: readonly string[];
  readonly author: string;
  /** The profile of a destination; null where there is no such destination. */
  readonly profile: (destination: string) => Profile | null;
}

export function commandsOf(
  { dossier, events, baseline }: ImportLine,
  rules: CommandRules,
): { readonly commands: readonly Command[] } | { readonly fault: LineFault } {
  const { code, ...fields } = dossier;
  const seen = baseline ? baselineOf(baseline, rules) : null;
  if (seen !== null && 'message' in seen) return { fault: seen };
  // A trial is of what adopting comes to.
  const mode = rules.mode === 'adopt-and-sync' ? 'adopt-and-sync' : 'adopt';
  const adoption: Adoption = { mode, baseline: seen };
  const inOrder = [...events].sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
  return {
    commands: [
      {
        type: 'register',
        source: 'igate',
        code,
        fields,
        mode: 'adopt',
        ifMatch: null,
        reason: null,
        agencies: rules.agencies,
        author: rules.author,
        adoption,
      },
      ...inOrder.map((event): Command => ({ ...toEventCommand(event, code, rules.agencies), adoption })),
    ],
  };
}

function baselineOf(input: BaselineInput, { profile: profileOf }: CommandRules): Baseline | LineFault {
  const fault = (path: string, message: string): LineFault => ({ path: `baseline.${path}`, column: null, message });
  const profile = profileOf(input.destination);
  if (profile === null) return fault('destination', `không có hệ thống nhận ${input.destination}`);
  const shown = shownBy(input, profile);
  if (shown === null) return fault('status', `${input.destination} không có trạng thái mang mã ${input.status}`);
  const { appointmentAt } = input;
  return {
    destination: input.destination,
    ...shown,
    appointmentAt: typeof appointmentAt === 'string' ? Date.parse(appointmentAt) : appointmentAt,
    asOf: Date.parse(input.asOf),
  };
}

type Shown = Pick<Baseline, 'status' | 'pause' | 'statusCode'>;

/** A status of ours, or a code of the destination's, as its profile knows both. */
function shownBy({ status, pauseReason }: BaselineInput, profile: Profile): Shown | null {
  const pauses = Object.entries(profile.pauses) as [NonNullable<Shown['pause']>, { code: string }][];
  if (status === 'paused') {
    const pause = pauseKind(pauseReason ?? 'other');
    return { status, pause, statusCode: profile.pauses[pause].code };
  }
  const known = Object.entries(profile.statusCodes) as [Exclude<Shown['status'], 'paused'>, string][];
  const own = known.find(([name, code]) => name === status || code === status);
  if (own) return { status: own[0], pause: null, statusCode: own[1] };
  const paused = pauses.find(([, { code }]) => code === status);
  return paused ? { status: 'paused', pause: paused[0], statusCode: paused[1].code } : null;
}
