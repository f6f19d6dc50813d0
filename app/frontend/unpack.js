// @ts-check
/** Packed answers of the server as the rows they stand for; `geo/queries/packing.py` packs them. */

import { unitX, unitY } from "./geometry/mercator.js";
import { readShape } from "./geometry/shapes.js";
import { readShapes } from "./geometry/twkb.js";
import { makeSpeller } from "./spelling.js";

/** @typedef {import("./data.js").Feature} Feature */
/** @typedef {import("./filters.js").Project} Project */
/** @typedef {import("./lamps.js").Status} Status */
/** @typedef {{ count: number, columns: Record<string, any>, points?: { digits: number, lon: number[], lat: number[] } }} Head */
/** @typedef {{ name: string, name_en: string | null, pinyin: string, initials: string }} RoadName */

const FIRST_STATE = 48;

/**
 * @param {number[]} steps
 * @returns {number[]}
 */
export function sums(steps) {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

/**
 * @param {any} column in any of the forms of `pack_column`
 * @param {number} count of rows
 * @returns {any[]} a value for each row, null where there is none
 */
export function unpackColumn(column, count) {
  if (Array.isArray(column)) return column;
  if (column.steps) return sums(column.steps);
  const at = (/** @type {number} */ place) => (place < 0 ? null : column.table[place]);
  if (!column.rows) return column.at.map(at);
  const values = new Array(count).fill(null);
  sums(column.rows).forEach((row, index) => {
    values[row] = at(column.at[index]);
  });
  return values;
}

/**
 * @param {Head} head
 * @returns {Record<string, any>[]} rows without the values that are not there
 */
export function unpackRows({ count, columns }) {
  /** @type {Record<string, any>[]} */
  const rows = Array.from({ length: count }, () => ({}));
  for (const [name, column] of Object.entries(columns)) {
    unpackColumn(column, count).forEach((value, row) => {
      const into = rows[row];
      if (into && value !== null && value !== undefined) into[name] = value;
    });
  }
  return rows;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ head: Head, body: Uint8Array }}
 */
export function splitParts(buffer) {
  const length = new DataView(buffer).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { head, body: new Uint8Array(buffer, 4 + length) };
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Feature[]}
 */
export function unpackLayer(buffer) {
  const { head, body } = splitParts(buffer);
  const shapes = readShapes(body);
  return unpackRows(head).map(({ geometry, ...properties }, index) => ({
    properties,
    shape: geometry ? readShape(geometry) : (shapes[index] ?? null),
  }));
}

/**
 * The sites with their points and boxes, and what their projects say of them; their shapes come later.
 * @param {ArrayBuffer} buffer
 * @param {Project[]} projects
 * @returns {Feature[]}
 */
export function unpackSites(buffer, projects) {
  const { head } = splitParts(buffer);
  const { digits = 5, lon = [], lat = [] } = head.points ?? {};
  const scale = 10 ** -digits;
  const longitudes = sums(lon);
  const latitudes = sums(lat);
  /** @type {Map<number, Project>} */
  const owners = new Map();
  for (const project of projects) for (const site of project.sites) owners.set(site, project);
  return unpackRows(head).flatMap((row, index) => {
    const project = owners.get(row.id);
    if (!project) return [];
    const x = longitudes[index] ?? 0;
    const y = latitudes[index] ?? 0;
    return {
      properties: {
        id: row.id,
        project: project.id,
        code: project.code,
        name: row.name ?? project.name,
        project_name_en: project.name_en,
        investment_yuan: project.investment_yuan === null ? null : project.investment_yuan / project.sites.length,
        point: [x * scale, y * scale],
        box: [
          unitX((x - row.west) * scale),
          unitY((y + row.north) * scale),
          unitX((x + row.east) * scale),
          unitY((y - row.south) * scale),
        ],
      },
      shape: null,
    };
  });
}

/**
 * @param {any} packed
 * @returns {any} the board as the plain interface gives it
 */
export function unpackBoard(packed) {
  const statuses = (/** @type {{ id: number[], state: string }} */ { id, state }) => {
    /** @type {Record<string, Status>} */
    const found = {};
    sums(id).forEach((key, index) => {
      found[key] = packed.table[state.charCodeAt(index) - FIRST_STATE];
    });
    return found;
  };
  const { id, table, at } = packed.blockers;
  return {
    ...packed,
    projects: statuses(packed.projects),
    sites: statuses(packed.sites),
    late_starts: sums(packed.late_starts),
    blockers: Object.fromEntries(sums(id).map((key, index) => [key, table[at[index]]])),
  };
}

/**
 * @param {any} packed
 * @returns {{ projects: Project[], roads: RoadName[], spell: import("./spelling.js").Spell }}
 */
export function unpackProjects(packed) {
  const spell = makeSpeller(packed.spelling);
  const projects = unpackRows(packed).map((row) => {
    const [lead_unit = null, lead_unit_en = null] = row.unit ?? [];
    const [pinyin, initials] = spell(row.name);
    const [standing, standing_from] = row.standing ?? ["active", null];
    return /** @type {Project} */ ({
      id: row.id,
      code: row.code,
      name: row.name,
      name_en: row.name_en ?? null,
      category: row.category ?? null,
      nature: row.nature ?? null,
      lead_unit,
      lead_unit_en,
      sponsor_leader: row.leader ?? null,
      districts: (row.districts ?? []).map((/** @type {string[]} */ one) => one[0]),
      districts_en: (row.districts ?? []).map((/** @type {string[]} */ one) => one[1]),
      investment_yuan: row.investment ?? null,
      sites: sums(row.sites ?? []),
      located: !row.unlocated,
      standing,
      standing_from,
      pinyin,
      initials,
      people: [lead_unit, row.leader].flatMap((name) => (name ? [name, ...spell(name)] : [])),
    });
  });
  const roads = packed.roads.map((/** @type {[string, string?]} */ [name, name_en]) => {
    const [pinyin, initials] = spell(name);
    return { name, name_en: name_en ?? null, pinyin, initials };
  });
  return { projects, roads, spell };
}
