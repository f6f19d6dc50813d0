// @ts-check
/** Finding a project by name, code, unit, pinyin or its initials: the best first. */

/** @typedef {import("./filters.js").Project} Project */

/**
 * How well a project answers a query: 0 not at all, higher is better.
 * @param {Project} project
 * @param {string} query lower case, without blanks
 * @returns {number}
 */
export function score(project, query) {
  const code = project.code.toLowerCase();
  const name = project.name.toLowerCase();
  const english = (project.name_en ?? "").toLowerCase().replace(/\s+/g, "");
  if (code === query) return 100;
  if (name.startsWith(query) || english.startsWith(query)) return 80;
  if (code.startsWith(query)) return 75;
  if (name.includes(query) || english.includes(query)) return 60;
  if (project.initials.startsWith(query)) return 55;
  if (project.pinyin.startsWith(query)) return 50;
  if (query.length > 1 && project.initials.includes(query)) return 40;
  if (query.length > 2 && project.pinyin.includes(query)) return 35;
  if (code.includes(query)) return 30;
  const unit = `${project.lead_unit ?? ""}|${project.lead_unit_en ?? ""}`.toLowerCase().replace(/\s+/g, "");
  if (unit.includes(query)) return 20;
  if ([...project.districts, ...project.districts_en].some((district) => district.toLowerCase().includes(query)))
    return 10;
  return 0;
}

/**
 * The best matches, best first; of equals the one with the lower code first.
 * @param {Project[]} projects
 * @param {string} text as typed
 * @param {number} [most]
 * @returns {Project[]}
 */
export function findMatches(projects, text, most = 8) {
  const query = text.toLowerCase().replace(/\s+/g, "");
  if (!query) return [];
  /** @type {[number, Project][]} */
  const scored = [];
  for (const project of projects) {
    const points = score(project, query);
    if (points > 0) scored.push([points, project]);
  }
  scored.sort((a, b) => b[0] - a[0] || (a[1].code < b[1].code ? -1 : 1));
  return scored.slice(0, most).map(([, project]) => project);
}
