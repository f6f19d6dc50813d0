// @ts-check
/** Which road or district lies under a touch, and how one that is chosen is marked. */

import { edgeDistance, isHit, isInside } from "../geometry/hit.js";
import { latOf, lonOf } from "../geometry/mercator.js";
import { joinBoxes } from "../geometry/shapes.js";
import { isInView, trace, wash } from "./pen.js";
import { paintRoad } from "./road-painter.js";

/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("./city-map.js").Touch} Touch */
/** @typedef {{ road: string | null, district: number | null }} Chosen a road's name or a district's id */

const REACH_PX = { mouse: 8, finger: 20 };

/**
 * The nearest road with a name within reach of a touch.
 * @param {readonly Feature[]} roads
 * @param {Touch} touch
 * @returns {Feature | null}
 */
export function roadAt(roads, { x, y, scale, touch }) {
  let best = (touch ? REACH_PX.finger : REACH_PX.mouse) / scale;
  let nearest = null;
  for (const road of roads) {
    if (!road.properties.name || !road.shape || !isHit(road.shape, x, y, best)) continue;
    best = edgeDistance(road.shape, x, y);
    nearest = road;
  }
  return nearest;
}

/**
 * The district in which a touch lies; of two over one another the smaller.
 * @param {readonly Feature[]} districts
 * @param {Touch} touch
 * @returns {Feature | null}
 */
export function districtAt(districts, { x, y }) {
  const size = (/** @type {Feature} */ { shape }) =>
    shape ? (shape.box[2] - shape.box[0]) * (shape.box[3] - shape.box[1]) : 0;
  const found = districts.filter(({ shape }) => shape?.kind === "polygon" && isInside(shape, x, y));
  return found.sort((one, other) => size(one) - size(other))[0] ?? null;
}

/**
 * What holds all of them.
 * @param {readonly Feature[]} features
 * @returns {[west: number, south: number, east: number, north: number] | null} null when none has a shape
 */
export function extentOf(features) {
  const boxes = features.flatMap(({ shape }) => (shape ? [shape.box] : []));
  if (!boxes.length) return null;
  const [west, north, east, south] = joinBoxes(boxes);
  return [lonOf(west), latOf(south), lonOf(east), latOf(north)];
}

/**
 * @param {import("./overlay.js").Frame} frame
 * @param {import("./ground.js").Ground} ground
 * @param {Chosen} chosen
 * @param {import("./palette.js").Palette} palette
 */
export function paintChosen(frame, ground, { road, district }, palette) {
  const { ctx } = frame;
  ctx.clearRect(0, 0, frame.width, frame.height);
  if (road) paintRoad(frame, ground.roads, road, palette);
  if (district === null) return;
  ctx.beginPath();
  for (const { properties, shape } of ground.districts) {
    if (properties.id === district && shape && isInView(frame, shape.box)) trace(frame, shape);
  }
  wash(ctx, palette.chosen);
}
