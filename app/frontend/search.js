// @ts-check
/** Finding a project by name, code, unit, pinyin or its initials: the best first. */

/** @typedef {import("./filters.js").Project} Project */
/** @typedef {import("./unpack.js").RoadName} RoadName */

/**
 * @param {string} text as typed
 * @returns {string} in lower case, without blanks
 */
export function fold(text) {
  return text.toLowerCase().replace(/\s+/g, "");
}

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
  if ((project.sponsor_leader ?? "").toLowerCase().replace(/\s+/g, "").includes(query)) return 18;
  // Of a unit's or leader's spelling only the beginning counts: two letters in the middle mean nothing.
  if (query.length > 1 && (project.people ?? []).some((name) => name.startsWith(query))) return 15;
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
  const query = fold(text);
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

/**
 * The roads whose name, pinyin or initials begin with or hold what is typed, best first.
 * @param {RoadName[]} roads
 * @param {string} text as typed
 * @param {number} [most]
 * @returns {RoadName[]}
 */
export function findRoads(roads, text, most = 4) {
  const query = fold(text);
  if (!query) return [];
  /** @type {[number, RoadName][]} */
  const scored = [];
  for (const road of roads) {
    const name = fold(road.name);
    const english = fold(road.name_en ?? "");
    let points = 0;
    if (name === query || english === query || road.initials === query) points = 90;
    else if (name.startsWith(query) || english.startsWith(query)) points = 70;
    else if (query.length > 1 && (road.initials.startsWith(query) || road.pinyin.startsWith(query))) points = 50;
    else if (name.includes(query) || english.includes(query)) points = 40;
    if (points) scored.push([points, road]);
  }
  scored.sort((a, b) => b[0] - a[0] || a[1].pinyin.length - b[1].pinyin.length || (a[1].name < b[1].name ? -1 : 1));
  return scored.slice(0, most).map(([, road]) => road);
}
