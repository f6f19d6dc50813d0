// @ts-check
/** What the server told the page, and the state that all panels share. */

import { Store } from "./store.js";

/**
 * @typedef {object} Page
 * @property {import("./format.js").Language} language
 * @property {{ name: string, bbox: [number, number, number, number] }} city
 * @property {string} today
 * @property {string} day
 * @property {string | null} moment at which everything is looked at; null is now
 * @property {import("./data.js").Revision} revision at which the page was made
 * @property {Record<string, Record<string, string>>} codes kind → code → name
 * @property {Record<string, string | string[]>} messages
 * @property {{ map: string, table: string, project: string, sheet: string, road: string, pair: string, sheetOfRoad: string, poster: string }} paths
 * @property {string} [windows] where the service windows are told
 * @property {string} approval approval number of the built-in map
 * @property {string} unit whose map it is, for pictures
 * @property {import("./map/base-map.js").BaseMap[]} bases base maps besides the built-in one
 */
/** @typedef {{ layer: string, properties: Record<string, any> }} ChosenZone */
/**
 * @typedef {object} Shared
 * @property {string} day
 * @property {string | null} against the day that is compared with
 * @property {import("./filters.js").Filters} filters
 * @property {string[]} layers
 * @property {Record<string, number>} opacity layer → percent, of those that are not drawn fully
 * @property {boolean} bySize symbols are sized by investment
 * @property {string | null} base code of the base map, null for the built-in one
 * @property {boolean} within the list holds only what the map shows
 * @property {Set<number> | null} inView projects with a site on the map's present part; null while nobody asks
 * @property {string | null} sort order of the list
 * @property {string | null} road name of the road that is open
 * @property {string | null} project code of the project that is open
 * @property {ChosenZone | null} zone the zone that is open
 * @property {import("./data.js").Board | null} board
 * @property {import("./filters.js").Project[]} projects
 * @property {import("./filters.js").Project[]} shown
 * @property {number} hovered id of a project pointed at in the list or on the map, 0 for none
 */
/** @typedef {Store<Shared>} PageStore */

/** Layers that are on when the address says nothing. */
export const LAYERS_ON = ["red_shares", "districts", "roads"];
/** All layers that have a switch, as they are listed. */
export const LAYERS = [
  "overlaps",
  "relocations",
  "diversions",
  "haul_routes",
  "control_areas",
  "events",
  "red_shares",
  "roads",
  "districts",
];

/** @returns {Page} */
export function readPage() {
  return JSON.parse(document.getElementById("page")?.textContent ?? "{}");
}

/**
 * @param {Page} page
 * @param {import("./address.js").State} state
 * @returns {PageStore}
 */
export function makeStore(page, state) {
  return new Store(
    /** @type {Shared} */ ({
      day: page.day,
      against: state.against,
      filters: state.filters,
      layers: state.layers ?? LAYERS_ON,
      opacity: state.opacity,
      bySize: state.bySize,
      base: state.base,
      within: state.within,
      inView: null,
      sort: state.sort,
      road: state.road,
      project: state.project,
      zone: null,
      board: null,
      projects: [],
      shown: [],
      hovered: 0,
    }),
  );
}
