// @ts-check
/** The state of the map as an address, so that a view can be sent as a link; and back, leaving out what is not known. */

import { CHANGES } from "./compare.js";
import { isDay } from "./day.js";
import { FACETS } from "./filters.js";
import { LAMPS, MARKS, STAGES } from "./lamps.js";
import { ORDERS } from "./order.js";

/** @typedef {{ lat: number, lon: number, zoom: number }} View */
/**
 * @typedef {object} State
 * @property {string | null} day null is today
 * @property {string | null} against the day that is compared with
 * @property {import("./filters.js").Filters} filters
 * @property {string[] | null} layers null are the layers that are on by themselves
 * @property {View | null} view
 * @property {string | null} project code of the project that is open
 * @property {string | null} road name of the road that is open
 * @property {string | null} zone layer and id of the work that is open, for example relocations.12
 * @property {Record<string, number>} opacity layer → percent, of those that are not drawn fully
 * @property {boolean} bySize symbols are sized by investment
 * @property {string | null} base the base map; null is the one that is usual
 * @property {boolean} within the list holds only what the map shows
 * @property {string | null} sort order of the list; null is the usual one
 */
/** @typedef {{ layers: string[], bases: string[], codes?: Record<string, Record<string, string>> }} Known */

/** Parameters that others read. */
const OTHERS = ["lang", "theme", "wall", "as_of"];

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
 * The values of those facets whose values are known beforehand.
 * @param {Known} known
 * @returns {Record<string, readonly string[]>}
 */
function knownValues({ codes = {} }) {
  /** @type {Record<string, readonly string[]>} */
  const values = { lamp: LAMPS, stage: STAGES, mark: MARKS, change: CHANGES, place: ["located", "none"] };
  for (const kind of ["category", "nature", "cause"]) {
    const found = codes[kind];
    if (found) values[kind] = Object.keys(found);
  }
  return values;
}

/**
 * @param {string} text for example relocations:50,events:20
 * @param {string[]} layers
 * @param {Record<string, number>} into
 * @returns {string[]} what is not an opacity of a layer
 */
function readOpacity(text, layers, into) {
  return split(text).filter((part) => {
    const [layer = "", percent = ""] = part.split(":");
    const good = layers.includes(layer) && /^\d{1,3}$/.test(percent) && Number(percent) >= 10 && Number(percent) <= 100;
    if (good) into[layer] = Number(percent);
    return !good;
  });
}

/**
 * Read an address.
 * @param {{ pathname: string, search: string }} place
 * @param {{ project: string, road?: string }} paths with CODE and NAME where they stand
 * @param {Known} known
 * @returns {{ state: State, leftOut: string[] }} and what of it could not be read, as it was written
 */
export function readAddress(place, paths, known) {
  const values = knownValues(known);
  /** @type {State} */
  const state = {
    day: null,
    against: null,
    filters: {},
    layers: null,
    view: null,
    project: readName(place.pathname, paths.project, "CODE"),
    road: paths.road ? readName(place.pathname, paths.road, "NAME") : null,
    zone: null,
    opacity: {},
    bySize: false,
    base: null,
    within: false,
    sort: null,
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
      state.layers = layers.filter((layer) => known.layers.includes(layer));
      leftOut.push(...layers.filter((layer) => !known.layers.includes(layer)).map((layer) => `layers=${layer}`));
    } else if (name === "opacity") {
      leftOut.push(...readOpacity(text, known.layers, state.opacity).map((part) => `opacity=${part}`));
    } else if (name === "size" && text === "investment") state.bySize = true;
    else if (name === "within" && text === "1") state.within = true;
    else if (name === "sort" && ORDERS.includes(text)) state.sort = text;
    else if (name === "base" && known.bases.includes(text)) state.base = text;
    else if (name === "zone" && known.layers.includes(text.split(".")[0] ?? "") && /^\w+\.\d+$/.test(text)) {
      state.zone = text;
    } else if (FACETS.includes(name)) {
      const possible = values[name];
      const wanted = split(text);
      const chosen = possible ? wanted.filter((value) => possible.includes(value)) : wanted;
      if (chosen.length) state.filters[name] = chosen;
      leftOut.push(...wanted.filter((value) => !chosen.includes(value)).map((value) => `${name}=${value}`));
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
 * @param {string} path
 * @param {string} mark what stands in the path for the name
 * @returns {string | null}
 */
function readName(pathname, path, mark) {
  const [before = "", after = ""] = path.split(mark);
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
 * @param {{ map: string, project: string, road?: string }} paths
 * @param {string} search the present query, of which the parameters that others read are kept
 * @returns {string}
 */
export function writeAddress(state, paths, search = "") {
  const path = state.project
    ? paths.project.replace("CODE", encodeURIComponent(state.project))
    : state.road && paths.road
      ? paths.road.replace("NAME", encodeURIComponent(state.road))
      : paths.map;
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ name, /** @type {string} */ text) => {
    parts.push(`${name}=${encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":")}`);
  };
  if (state.day) add("day", state.day);
  if (state.against) add("against", state.against);
  for (const facet of FACETS) {
    const values = state.filters[facet];
    if (values && values.length > 0) add(facet, values.join(","));
  }
  if (state.layers) add("layers", state.layers.join(","));
  const paler = Object.entries(state.opacity).filter(([, percent]) => percent < 100);
  if (paler.length) add("opacity", paler.map(([layer, percent]) => `${layer}:${percent}`).join(","));
  if (state.bySize) add("size", "investment");
  if (state.base) add("base", state.base);
  if (state.within) add("within", "1");
  if (state.sort) add("sort", state.sort);
  if (state.zone && !state.project && !state.road) add("zone", state.zone);
  if (state.view) add("at", writeView(state.view));
  for (const [name, text] of new URLSearchParams(search)) {
    if (OTHERS.includes(name)) add(name, text);
  }
  return parts.length ? `${path}?${parts.join("&")}` : path;
}
