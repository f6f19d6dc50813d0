// @ts-check
/** Whether a work shows on a day: running, about to begin, or not at all. */

import { daysBetween } from "./day.js";

/** How many days ahead a work is announced on the map. */
export const COMING_DAYS = 30;

/** @typedef {{ first_on?: string | null, last_on?: string | null, state?: string | null }} Work */

/**
 * @param {Work} work
 * @param {string} day
 * @returns {"active" | "coming" | null} null when it is over, withdrawn or further ahead than 30 days
 */
export function phaseOn(work, day) {
  if (work.state === "withdrawn") return null;
  if (work.last_on && work.last_on < day) return null;
  if (work.state === "finished" && !work.last_on) return null;
  if (!work.first_on || work.first_on <= day) return "active";
  return daysBetween(day, work.first_on) <= COMING_DAYS ? "coming" : null;
}

/**
 * How many works (not parts) run on a day and how many are coming.
 * @param {Iterable<Work & { id: number }>} parts
 * @param {string} day
 * @returns {{ active: number, coming: number }}
 */
export function countPhases(parts, day) {
  /** @type {Map<number, "active" | "coming">} */
  const works = new Map();
  for (const part of parts) {
    const phase = phaseOn(part, day);
    if (phase === "active" || (phase && !works.has(part.id))) works.set(part.id, phase);
  }
  let active = 0;
  for (const phase of works.values()) if (phase === "active") active += 1;
  return { active, coming: works.size - active };
}

/**
 * The hours of a work in words, each window for itself.
 * @param {Record<string, any>} properties
 * @returns {string[]}
 */
export function hoursOf(properties) {
  return (properties.hours ?? []).map((/** @type {any} */ window) => `${window.since}–${window.until}`);
}
