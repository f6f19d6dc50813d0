// @ts-check
/** Which projects and sites are shown: pure functions over the list of projects and a day's statuses. */

import { LAMPS } from "./lamps.js";
import { fold, score } from "./search.js";

/**
 * @typedef {object} Project
 * @property {number} id
 * @property {string} code
 * @property {string} name
 * @property {string | null} name_en
 * @property {string | null} category
 * @property {string | null} nature
 * @property {string | null} lead_unit
 * @property {string | null} lead_unit_en
 * @property {string | null} sponsor_leader
 * @property {string[]} districts
 * @property {string[]} districts_en
 * @property {number | null} investment_yuan
 * @property {number[]} sites
 * @property {boolean} located
 * @property {string} standing active, or postponed, moved_out, ended by a document
 * @property {string | null} [standing_from]
 * @property {string} pinyin
 * @property {string} initials
 * @property {string[]} [people] its lead unit and leader, each as written, in pinyin and as initials
 */
/** @typedef {import("./lamps.js").Status} Status */
/** @typedef {Record<string, Status>} Statuses id → status */
/** @typedef {Record<string, string[]>} Filters facet → values chosen; a facet that is not there lets everything pass */

/** @type {Record<string, (project: Project, status: Status | undefined) => (string | null)[]>} */
const VALUES = {
  lamp: (_, status) => [status ? status[0] : null],
  stage: (_, status) => [status ? status[1] : null],
  mark: (_, status) => (status ? status[2] : []),
  category: (project) => [project.category],
  nature: (project) => [project.nature],
  district: (project) => project.districts,
  unit: (project) => [project.lead_unit],
  leader: (project) => [project.sponsor_leader],
  awaited: (_, status) => status?.[3]?.awaited ?? [],
  cause: (_, status) => status?.[3]?.causes ?? [],
  change: (_, status) => [status?.[4] ?? null],
  place: (project) => [project.located ? "located" : "none"],
  words: () => [],
};

/**
 * @param {Project} project
 * @param {string} language
 * @returns {string} its name for a reader of that language
 */
export function projectName(project, language) {
  return (language === "en" && project.name_en) || project.name;
}

/**
 * @param {Project} project
 * @param {string} language
 * @returns {string} its lead unit's name for a reader of that language
 */
export function unitName(project, language) {
  return (language === "en" && project.lead_unit_en) || project.lead_unit || "";
}

/** What can be filtered by, in the order of the address. */
export const FACETS = Object.keys(VALUES);

/**
 * @param {Project} project
 * @param {Status | undefined} status
 * @param {Filters} filters
 * @param {string} [except] a facet that is not looked at
 * @returns {boolean}
 */
export function passes(project, status, filters, except) {
  for (const facet of Object.keys(filters)) {
    const wanted = filters[facet] ?? [];
    if (facet === except || wanted.length === 0) continue;
    if (facet === "words") {
      if (!wanted.some((words) => score(project, fold(words)) > 0)) return false;
      continue;
    }
    const read = VALUES[facet];
    if (read && !read(project, status).some((value) => value !== null && wanted.includes(value))) return false;
  }
  return true;
}

/**
 * Whether a project counts on a day: from the day a document postpones, moves out or ends it, it is only listed.
 * @param {Project} project
 * @param {string} day
 * @returns {boolean}
 */
export function isCounted({ standing, standing_from }, day) {
  return standing === "active" || (standing_from ?? "") > day;
}

/**
 * The projects that pass, red first, then by code.
 * @param {Project[]} projects
 * @param {Statuses} statuses
 * @param {Filters} filters
 * @returns {Project[]}
 */
export function findProjects(projects, statuses, filters) {
  const rank = (/** @type {Project} */ project) => {
    const status = statuses[project.id];
    return status ? LAMPS.indexOf(status[0]) : LAMPS.length;
  };
  return projects
    .filter((project) => passes(project, statuses[project.id], filters))
    .sort((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : 1));
}

/**
 * For each value of a facet, how many projects would be shown if it alone were chosen there.
 * @param {string} facet
 * @param {Project[]} projects
 * @param {Statuses} statuses
 * @param {Filters} filters
 * @returns {Map<string, number>}
 */
export function countValues(facet, projects, statuses, filters) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const read = VALUES[facet];
  if (!read) return counts;
  for (const project of projects) {
    const status = statuses[project.id];
    if (!passes(project, status, filters, facet)) continue;
    for (const value of read(project, status)) {
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * The sites to draw: of each project shown, those with a lamp that is asked for, or all of them if none has it
 * (a project may be red by a fact that no single site shows; it must not vanish from the map).
 * @param {Project[]} shown
 * @param {Statuses} sites
 * @param {Filters} filters
 * @returns {Set<number>}
 */
export function findSites(shown, sites, filters) {
  const lamps = filters.lamp ?? [];
  /** @type {Set<number>} */
  const found = new Set();
  for (const project of shown) {
    const fitting = lamps.length
      ? project.sites.filter((id) => sites[id] && lamps.includes(sites[id][0]))
      : project.sites;
    for (const id of fitting.length ? fitting : project.sites) found.add(id);
  }
  return found;
}

/**
 * Filters with one value of a facet chosen or, if it was, not chosen any more.
 * @param {Filters} filters
 * @param {string} facet
 * @param {string} value
 * @returns {Filters}
 */
export function toggleValue(filters, facet, value) {
  const chosen = filters[facet] ?? [];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return setValues(filters, facet, next);
}

/**
 * Filters with exactly these values of a facet chosen.
 * @param {Filters} filters
 * @param {string} facet
 * @param {string[]} values
 * @returns {Filters}
 */
export function setValues(filters, facet, values) {
  const { [facet]: _, ...others } = filters;
  return values.length ? { ...others, [facet]: values } : others;
}

/**
 * @param {Filters} filters
 * @returns {number} how many facets are filtered by
 */
export function countFilters(filters) {
  return Object.values(filters).filter((values) => values.length > 0).length;
}
