/** @module Dossiers in memory: commands applied one by one as the append does, without a database. */
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { apply } from '../../src/dossiers/apply.ts';
import type { Command, CommandResult } from '../../src/dossiers/commands.ts';
import type { DossierState } from '../../src/dossiers/state.ts';
import type { Workspace } from '../../src/dossiers/workspace.ts';
import type { PlannedDossier } from '../../src/sync/plan.ts';
import { catalogue as shipped } from './catalogue.ts';
import { at } from './commands.ts';

export interface Memory {
  /** Applies one command as a batch of its own. */
  apply(command: Command): CommandResult;
  state(code: string): DossierState;
  /** The dossier as the drain would claim it now. */
  planned(code: string): PlannedDossier;
}

/** @param now when every command is received */
export function memory(catalogue: Catalogue = shipped, now = at('11-02T09:00')): Memory {
  let id = 0;
  const work: Workspace = {
    byCode: new Map(),
    byId: new Map(),
    aliases: [],
    catalogue,
    now,
    nextId: () => ++id,
  };
  const state = (code: string): DossierState => work.byCode.get(code)!;
  return {
    apply: (command) => apply(work, command),
    state,
    planned(code) {
      const {
        procedureCode,
        agencyCode,
        facts,
        submittedAt,
        receivedAt,
        appointmentAt,
        fields = {},
        headSeq,
      } = state(code);
      return {
        code,
        procedureCode,
        agencyCode,
        facts: [...facts],
        submittedAt,
        receivedAt,
        appointmentAt,
        fields,
        headSeq,
        believedSeqs: [],
      };
    },
  };
}
