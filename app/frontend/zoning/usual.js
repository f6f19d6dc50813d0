// @ts-check
/** The unit of a new work that stands in the form before anybody chooses one, and the choice remembered for next time. */

import { account } from "../account.js";

/**
 * @typedef {object} Known what decides whose a new work is
 * @property {string[]} units ids of the units for which the asker may write
 * @property {Record<string, string>} utilities the utility that a unit owns, by the unit's id
 * @property {string} kind
 * @property {string} utility
 * @property {string | null} before the unit that was chosen last for such a work
 */

/**
 * The only unit there is; of a relocation, the only one that owns the utility; else the one of last time.
 * @param {Known} known
 * @returns {string} its id; empty when it is for the person to choose
 */
export function usualUnit({ units, utilities, kind, utility, before }) {
  if (kind === "site") return "";
  if (units.length === 1) return units[0] ?? "";
  const owners = kind === "relocation" && utility ? units.filter((unit) => utilities[unit] === utility) : [];
  if (owners.length === 1) return owners[0] ?? "";
  if (before === null || !units.includes(before)) return "";
  return owners.length && !owners.includes(before) ? "" : before;
}

/** @param {string} kind */
const nameOf = (kind) => `zone-unit:${account}:${kind}`;

/**
 * @param {string} kind
 * @returns {string | null} the unit for which the account last wrote such a work in this browser
 */
export function unitBefore(kind) {
  try {
    return localStorage.getItem(nameOf(kind));
  } catch {
    return null;
  }
}

/**
 * @param {string} kind
 * @param {string} unit
 */
export function rememberUnit(kind, unit) {
  try {
    if (unit) localStorage.setItem(nameOf(kind), unit);
  } catch {
    // A full or forbidden store: it is chosen again next time.
  }
}
