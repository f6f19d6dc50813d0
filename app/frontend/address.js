// @ts-check
/** The state of the map as an address, so that a view can be sent as a link; and back, leaving out what is not known. */

import { isDay } from "./day.js";
import { FACETS } from "./filters.js";

/** @typedef {{ lat: number, lon: number, zoom: number }} View */
/**
 * @typedef {object} State
 * @property {string | null} day null is today
 * @property {string | null} against the day that is compared with
 * @property {import("./filters.js").Filters} filters
 * @property {string[] | null} layers null are the layers that are on by themselves
 * @property {View | null} view
 * @property {string | null} project code of the project that is open
 */

/** Parameters that others read. */
const OTHERS = ["lang", "theme", "wall"];

/**
 * @param {string} text
 * @returns {View | null}
 */
export function parseView(text) {
  const parts = text.split(",").map(Number);
  const [lat, lon, zoom] = parts;
  if (parts.length !== 3 || lat === undefined || lon === undefined || zoom === undefined) return null;
  if (!parts.every(Number.isFinite) || Math.abs(lat) > 85 || Math.abs(lon) > 180 || zoom < 3 || zoom > 20) return null;
  return { lat, lon, zoom };
}

/**
 * @param {View} view
 * @returns {string}
 */
export function writeView(view) {
  return `${view.lat.toFixed(5)},${view.lon.toFixed(5)},${Number(view.zoom.toFixed(2))}`;
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function split(text) {
  return text
    .split(",")
    .map((value) => value.trim())
    .filter(Boolean);
}

/**
 * Read an address.
 * @param {{ pathname: string, search: string }} place
 * @param {string} projectPath the path of a project's page with CODE where its code stands
 * @param {string[]} knownLayers
 * @returns {{ state: State, leftOut: string[] }} and what of it could not be read, as it was written
 */
export function readAddress(place, projectPath, knownLayers) {
  /** @type {State} */
  const state = {
    day: null,
    against: null,
    filters: {},
    layers: null,
    view: null,
    project: readProject(place.pathname, projectPath),
  };
  /** @type {string[]} */
  const leftOut = [];
  for (const [name, text] of new URLSearchParams(place.search)) {
    if (OTHERS.includes(name)) continue;
    if (name === "day") {
      // The server says itself when it cannot read the day.
      if (isDay(text)) state.day = text;
    } else if (name === "against") {
      if (isDay(text)) state.against = text;
      else leftOut.push(`against=${text}`);
    } else if (name === "at") {
      state.view = parseView(text);
      if (!state.view) leftOut.push(`at=${text}`);
    } else if (name === "layers") {
      const layers = split(text);
      state.layers = layers.filter((layer) => knownLayers.includes(layer));
      leftOut.push(...layers.filter((layer) => !knownLayers.includes(layer)).map((layer) => `layers=${layer}`));
    } else if (FACETS.includes(name)) {
      const values = split(text);
      if (values.length) state.filters[name] = values;
    } else {
      leftOut.push(text ? `${name}=${text}` : name);
    }
  }
  if (state.filters.change && !state.against) {
    // Nothing has changed since no day.
    leftOut.push(`change=${state.filters.change.join(",")}`);
    delete state.filters.change;
  }
  return { state, leftOut };
}

/**
 * @param {string} pathname
 * @param {string} projectPath
 * @returns {string | null}
 */
function readProject(pathname, projectPath) {
  const [before = "", after = ""] = projectPath.split("CODE");
  if (!pathname.startsWith(before) || !pathname.endsWith(after)) return null;
  const code = pathname.slice(before.length, pathname.length - after.length);
  if (!code || code.includes("/")) return null;
  try {
    return decodeURIComponent(code);
  } catch {
    return null;
  }
}

/**
 * Write an address; what is as it would be anyway is not written.
 * @param {State} state
 * @param {{ map: string, project: string }} paths
 * @param {string} search the present query, of which the parameters that others read are kept
 * @returns {string}
 */
export function writeAddress(state, paths, search = "") {
  const path = state.project ? paths.project.replace("CODE", encodeURIComponent(state.project)) : paths.map;
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ name, /** @type {string} */ text) => {
    parts.push(`${name}=${encodeURIComponent(text).replace(/%2C/g, ",")}`);
  };
  if (state.day) add("day", state.day);
  if (state.against) add("against", state.against);
  for (const facet of FACETS) {
    const values = state.filters[facet];
    if (values && values.length > 0) add(facet, values.join(","));
  }
  if (state.layers) add("layers", state.layers.join(","));
  if (state.view) add("at", writeView(state.view));
  for (const [name, text] of new URLSearchParams(search)) {
    if (OTHERS.includes(name)) add(name, text);
  }
  return parts.length ? `${path}?${parts.join("&")}` : path;
}
