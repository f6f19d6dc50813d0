// @ts-check
/** The orders in which the list of projects can stand. */

import { projectName, unitName } from "./filters.js";
import { LAMPS } from "./lamps.js";

/** @typedef {import("./filters.js").Project} Project */
/** @typedef {import("./filters.js").Statuses} Statuses */

/** The usual one, red first, has no name of its own in the address. */
export const ORDERS = ["name", "code", "investment", "unit"];

/**
 * The projects in an order; those alike in it stand by their codes. What is not known comes last.
 * @param {Project[]} projects
 * @param {Statuses} statuses
 * @param {string | null} order one of ORDERS, or null for red first
 * @param {"zh" | "en"} language Chinese names stand by their pinyin
 * @returns {Project[]}
 */
export function sortProjects(projects, statuses, order, language) {
  const compare = new Intl.Collator(language === "en" ? "en" : "zh-CN", { numeric: true }).compare;
  const rank = (/** @type {Project} */ project) => {
    const status = statuses[project.id];
    return status ? LAMPS.indexOf(status[0]) : LAMPS.length;
  };
  const byWords = (/** @type {string} */ a, /** @type {string} */ b) =>
    a === "" || b === "" ? Number(a === "") - Number(b === "") : compare(a, b);
  /** @type {Record<string, (a: Project, b: Project) => number>} */
  const orders = {
    name: (a, b) => byWords(projectName(a, language), projectName(b, language)),
    code: () => 0,
    investment: (a, b) => (b.investment_yuan ?? -1) - (a.investment_yuan ?? -1),
    unit: (a, b) => byWords(unitName(a, language), unitName(b, language)),
  };
  const first = orders[order ?? ""] ?? ((a, b) => rank(a) - rank(b));
  return [...projects].sort((a, b) => first(a, b) || (a.code < b.code ? -1 : 1));
}
