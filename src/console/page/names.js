/** @module Names of agencies and procedures by their codes: asked for once, a page's at a time. */
import { may, read } from './session.js';

const known = { agencies: new Map(), procedures: new Map() };
/** As the API takes them at once. */
const MOST = 200;

/** Learns the names of these codes; where the catalogue may not or cannot be read, codes go on standing for themselves. */
export async function learnNames(wanted, signal) {
  if (!may('catalogues.read')) return;
  const query = new URLSearchParams();
  const asked = {};
  for (const [kind, names] of Object.entries(known)) {
    const codes = [...new Set(wanted[kind] ?? [])].filter((code) => code && !names.has(code)).slice(0, MOST);
    if (codes.length > 0) query.set(kind, codes.join(','));
    asked[kind] = codes;
  }
  if (query.size === 0) return;
  try {
    const told = await read(`/v1/catalogues/names?${query}`, signal);
    for (const [kind, codes] of Object.entries(asked))
      for (const code of codes) known[kind].set(code, told[kind][code] ?? null);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
  }
}

/** Null where the catalogue does not know it. */
export const agencyName = (code) => known.agencies.get(code) ?? null;
export const procedureName = (code) => known.procedures.get(code) ?? null;
