// @ts-check
/** What the server told the page, and the state that all panels share. */

import { Store } from "./store.js";

/**
 * @typedef {object} Page
 * @property {import("./format.js").Language} language
 * @property {{ name: string, bbox: [number, number, number, number] }} city
 * @property {string} today
 * @property {string} day
 * @property {Record<string, Record<string, string>>} codes kind → code → name
 * @property {Record<string, string | string[]>} messages
 * @property {{ map: string, project: string, sheet: string }} paths
 */
/** @typedef {{ layer: string, properties: Record<string, any> }} ChosenZone */
/**
 * @typedef {object} Shared
 * @property {string} day
 * @property {string | null} against the day that is compared with
 * @property {import("./filters.js").Filters} filters
 * @property {string[]} layers
 * @property {string | null} project code of the project that is open
 * @property {ChosenZone | null} zone the zone that is open
 * @property {import("./data.js").Board | null} board
 * @property {import("./filters.js").Project[]} projects
 * @property {import("./filters.js").Project[]} shown
 * @property {number} hovered id of a project pointed at in the list or on the map, 0 for none
 */
/** @typedef {Store<Shared>} PageStore */

/** Layers that are on when the address says nothing. */
export const LAYERS_ON = ["districts", "roads"];
/** All layers that have a switch, as they are listed. */
export const LAYERS = ["relocations", "diversions", "haul_routes", "control_areas", "events", "roads", "districts"];

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
      project: state.project,
      zone: null,
      board: null,
      projects: [],
      shown: [],
      hovered: 0,
    }),
  );
}
