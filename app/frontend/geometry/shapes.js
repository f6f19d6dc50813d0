// @ts-check
/** Shapes as flat lists of unit-Mercator numbers: small, quick to draw and to search. */

import { unitX, unitY } from "./mercator.js";

/** @typedef {[west: number, north: number, east: number, south: number]} Box in unit Mercator; north is the smaller y */
/**
 * @typedef {object} Shape
 * @property {"polygon" | "line" | "point"} kind
 * @property {Float64Array[]} rings x, y, x, y …; of polygons all rings of all parts (filled by the even-odd rule)
 * @property {Box} box
 */
/** @typedef {{ type: string, coordinates: any }} Geometry GeoJSON, longitude and latitude */

/** @returns {Box} a box around nothing */
export function emptyBox() {
  return [Infinity, Infinity, -Infinity, -Infinity];
}

/**
 * @param {Box} box widened in place
 * @param {number} x
 * @param {number} y
 */
function widen(box, x, y) {
  if (x < box[0]) box[0] = x;
  if (y < box[1]) box[1] = y;
  if (x > box[2]) box[2] = x;
  if (y > box[3]) box[3] = y;
}

/**
 * @param {Box} a
 * @param {Box} b
 * @returns {boolean} whether they share a point
 */
export function boxesMeet(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

/**
 * @param {Iterable<Box>} boxes
 * @returns {Box}
 */
export function joinBoxes(boxes) {
  const joined = emptyBox();
  for (const box of boxes) {
    widen(joined, box[0], box[1]);
    widen(joined, box[2], box[3]);
  }
  return joined;
}

/**
 * The box around the middle of many points: a part of them is left out at each side, for each direction by itself.
 * @param {{ x: number, y: number }[]} points
 * @param {number} part of the points, less than a half
 * @returns {Box | null} null where there are no points
 */
export function middleBox(points, part) {
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x).sort((a, b) => a - b);
  const ys = points.map(({ y }) => y).sort((a, b) => a - b);
  const first = Math.floor((points.length - 1) * part);
  const last = points.length - 1 - first;
  return [xs[first] ?? 0, ys[first] ?? 0, xs[last] ?? 0, ys[last] ?? 0];
}

/**
 * @param {[number, number][]} positions longitude, latitude
 * @param {Box} box widened by them
 * @returns {Float64Array}
 */
function flatten(positions, box) {
  const flat = new Float64Array(positions.length * 2);
  positions.forEach((position, index) => {
    const x = unitX(position[0]);
    const y = unitY(position[1]);
    flat[index * 2] = x;
    flat[index * 2 + 1] = y;
    widen(box, x, y);
  });
  return flat;
}

/**
 * @param {Geometry | null} geometry
 * @returns {Shape | null} null where there is nothing to draw
 */
export function readShape(geometry) {
  if (!geometry?.coordinates) return null;
  const box = emptyBox();
  const { type, coordinates } = geometry;
  /** @type {Shape["kind"]} */
  let kind = "polygon";
  /** @type {[number, number][][]} */
  let lists = [];
  if (type === "Polygon") lists = coordinates;
  else if (type === "MultiPolygon") lists = coordinates.flat();
  else if (type === "LineString") [kind, lists] = ["line", [coordinates]];
  else if (type === "MultiLineString") [kind, lists] = ["line", coordinates];
  else if (type === "Point") [kind, lists] = ["point", [[coordinates]]];
  else if (type === "MultiPoint") [kind, lists] = ["point", [coordinates]];
  const rings = lists.filter((list) => list.length > 0).map((list) => flatten(list, box));
  return rings.length ? { kind, rings, box } : null;
}
