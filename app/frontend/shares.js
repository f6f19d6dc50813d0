// @ts-check
/** How large a part of each district's projects is red. */

import { isCounted, passes } from "./filters.js";

/** @typedef {{ red: number, count: number }} Share */

/**
 * Of the projects that pass the filters (whatever lamps are chosen) and count on the day, by district.
 * @param {import("./filters.js").Project[]} projects
 * @param {import("./filters.js").Statuses} statuses
 * @param {import("./filters.js").Filters} filters
 * @param {string} day
 * @returns {Map<string, Share>} name of the district → its share; a project in several counts in each
 */
export function findShares(projects, statuses, filters, day) {
  /** @type {Map<string, Share>} */
  const shares = new Map();
  for (const project of projects) {
    const status = statuses[project.id];
    if (!status || !isCounted(project, day) || !passes(project, status, filters, "lamp")) continue;
    for (const district of project.districts) {
      const share = shares.get(district) ?? { red: 0, count: 0 };
      share.count += 1;
      share.red += Number(status[0] === "red");
      shares.set(district, share);
    }
  }
  return shares;
}
