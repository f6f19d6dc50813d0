// @ts-check
/** What of the city lies in the part of the map that is looked at, the nearest to its middle first; and finding it by words. */

/** @typedef {[west: number, south: number, east: number, north: number]} Degrees */
/**
 * @typedef {object} PublicProject
 * @property {string} code
 * @property {string} name
 * @property {string | null} name_en
 * @property {string} stage
 * @property {string | null} lamp
 * @property {number | null} percent
 * @property {string | null} finish_on
 * @property {string | null} extended_on
 * @property {Degrees | null} bbox
 * @property {{ site: string, name: string | null, whereabouts: string | null }[]} sites
 * @property {string} pinyin
 * @property {string} initials
 */
/**
 * @typedef {object} Closure
 * @property {string} code
 * @property {string | null} name
 * @property {string | null} whereabouts
 * @property {string[] | null} taken
 * @property {string} first_on
 * @property {string | null} last_on
 * @property {boolean} coming
 * @property {boolean} overdue
 * @property {Degrees | null} bbox
 */
/** @typedef {{ name: string, name_en: string | null, box: Degrees }} Street */
/** @typedef {{ kind: "project", project: PublicProject } | { kind: "closure", closure: Closure } | { kind: "street", street: Street }} Place */

/**
 * Those whose extent meets a box, the nearest to its middle first.
 * @template {{ bbox: Degrees | null }} T
 * @param {T[]} things
 * @param {Degrees} box
 * @returns {T[]}
 */
export function nearest(things, box) {
  const [west, south, east, north] = box;
  const x = (west + east) / 2;
  const y = (south + north) / 2;
  /** @type {[number, T][]} */
  const found = [];
  for (const thing of things) {
    const own = thing.bbox;
    if (!own || own[0] > east || own[2] < west || own[1] > north || own[3] < south) continue;
    // How far the middle lies outside the extent; a degree of longitude is shorter than one of latitude.
    const dx = Math.max(own[0] - x, 0, x - own[2]) * Math.cos((y * Math.PI) / 180);
    const dy = Math.max(own[1] - y, 0, y - own[3]);
    found.push([Math.hypot(dx, dy), thing]);
  }
  return found.sort((a, b) => a[0] - b[0]).map(([, thing]) => thing);
}

/**
 * Everything with a name that answers a query: projects by name, code, pinyin or place, closures, streets.
 * @param {{ projects: PublicProject[], closures: Closure[], streets: Street[] }} city
 * @param {string} text as typed
 * @param {number} [most]
 * @returns {Place[]} the best first
 */
export function findPlaces({ projects, closures, streets }, text, most = 8) {
  const query = text.toLowerCase().replace(/\s+/g, "");
  if (!query) return [];
  /** @type {[number, Place][]} */
  const scored = [];
  for (const project of projects) {
    const points = scoreProject(project, query);
    if (points) scored.push([points, { kind: "project", project }]);
  }
  for (const closure of closures) {
    const points = Math.max(scoreName(closure.name, query), scoreName(closure.whereabouts, query) - 20);
    if (points > 0) scored.push([points - 2, { kind: "closure", closure }]);
  }
  for (const street of streets) {
    const points = Math.max(scoreName(street.name, query), scoreName(street.name_en, query));
    if (points > 0) scored.push([points - 1, { kind: "street", street }]);
  }
  return scored
    .sort((a, b) => b[0] - a[0])
    .slice(0, most)
    .map(([, place]) => place);
}

/**
 * @param {string | null} name
 * @param {string} query
 * @returns {number}
 */
function scoreName(name, query) {
  const plain = (name ?? "").toLowerCase().replace(/\s+/g, "");
  if (!plain) return 0;
  if (plain === query) return 100;
  if (plain.startsWith(query)) return 80;
  return plain.includes(query) ? 60 : 0;
}

/**
 * @param {PublicProject} project
 * @param {string} query
 * @returns {number}
 */
function scoreProject(project, query) {
  const code = project.code.toLowerCase();
  const best = Math.max(
    scoreName(project.name, query),
    scoreName(project.name_en, query),
    ...project.sites.map((site) => Math.max(scoreName(site.whereabouts, query), scoreName(site.name, query)) - 30),
  );
  if (code === query) return 100;
  if (best > 0) return best;
  if (code.startsWith(query)) return 75;
  if (project.initials.startsWith(query)) return 55;
  if (project.pinyin.startsWith(query)) return 50;
  if (query.length > 2 && (project.initials.includes(query) || project.pinyin.includes(query))) return 35;
  return 0;
}

/**
 * The streets of the ground with their extents, each name once.
 * @param {{ properties: Record<string, any>, shape: { box: [number, number, number, number] } | null }[]} roads
 *   boxes in unit Mercator
 * @param {(x: number) => number} lonOf
 * @param {(y: number) => number} latOf
 * @returns {Street[]}
 */
export function gatherStreets(roads, lonOf, latOf) {
  /** @type {Map<string, Street>} */
  const streets = new Map();
  for (const { properties, shape } of roads) {
    const { name, name_en } = properties;
    if (!name || !shape) continue;
    const [left, top, right, bottom] = shape.box;
    const box = /** @type {Degrees} */ ([lonOf(left), latOf(bottom), lonOf(right), latOf(top)]);
    const known = streets.get(name);
    if (!known) streets.set(name, { name, name_en: name_en ?? null, box });
    else {
      known.box = [
        Math.min(known.box[0], box[0]),
        Math.min(known.box[1], box[1]),
        Math.max(known.box[2], box[2]),
        Math.max(known.box[3], box[3]),
      ];
    }
  }
  return [...streets.values()];
}
