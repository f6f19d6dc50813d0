// @ts-check
/** The base map: land, water, roads by class, districts, and their names. */

import { readingAngle, straightestRun } from "../geometry/along.js";
import { Room, turnedRect } from "../geometry/room.js";
import { isInView, middleOf, toPixels, trace, write, writeAlong } from "./pen.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("../data.js").Feature} Feature */
/**
 * @typedef {object} Ground
 * @property {Feature[]} districts
 * @property {Feature[]} ground
 * @property {Feature[]} roads
 * @property {boolean} showDistricts
 * @property {boolean} showRoads
 * @property {boolean} [bare] something else is the base: only districts are drawn
 * @property {Record<string, number>} [opacity] layer → percent
 * @property {"zh" | "en"} language
 */

/**
 * A base map of which nothing has been read yet; all of it is to be drawn.
 * @param {"zh" | "en"} language
 * @returns {Ground}
 */
export function emptyGround(language) {
  return { districts: [], ground: [], roads: [], showDistricts: true, showRoads: true, language };
}

/**
 * Roads, least important first: from which zoom they are drawn and named, and their width in pixels at zooms 10, 13,
 * 15 and 17. @type {[kind: string, from: number, named: number, widths: [number, number, number, number]][]}
 */
const ROADS = [
  ["other", 14, 16.5, [0.4, 0.6, 2.5, 7]],
  ["residential", 13, 15.5, [0.4, 0.8, 3.5, 9]],
  ["tertiary", 12, 14.5, [0.5, 1.6, 5.5, 13]],
  ["secondary", 10.5, 13.5, [0.8, 2.6, 7.5, 17]],
  ["primary", 9, 12.5, [1.2, 3.8, 9.5, 21]],
  ["trunk", 8, 12, [1.5, 4.4, 10.5, 22]],
  ["motorway", 8, 11.5, [1.8, 4.8, 11, 23]],
];
const STOPS = [10, 13, 15, 17];
/** Between two writings of the same road's name, in pixels. */
const NAME_APART = 420;

/**
 * Width of a road in pixels at a zoom, between the stops by straight lines.
 * @param {number[]} widths
 * @param {number} zoom
 * @returns {number}
 */
export function widthAt(widths, zoom) {
  const last = STOPS.length - 1;
  if (zoom <= (STOPS[0] ?? 0)) return widths[0] ?? 0;
  if (zoom >= (STOPS[last] ?? 0)) return (widths[last] ?? 0) * 2 ** ((zoom - (STOPS[last] ?? 0)) * 0.8);
  const next = STOPS.findIndex((stop) => zoom < stop);
  const a = STOPS[next - 1] ?? 0;
  const b = STOPS[next] ?? 1;
  const part = (zoom - a) / (b - a);
  return (widths[next - 1] ?? 0) * (1 - part) + (widths[next] ?? 0) * part;
}

/**
 * Paint the base map.
 * @param {Frame} frame
 * @param {Ground} ground
 * @param {Palette} palette
 */
export function paintGround(frame, ground, palette) {
  const { ctx } = frame;
  const part = (/** @type {string} */ layer) => (ground.opacity?.[layer] ?? 100) / 100;
  if (ground.bare) {
    ctx.clearRect(0, 0, frame.width, frame.height);
    ctx.globalAlpha = part("districts");
    if (ground.showDistricts) paintDistricts(frame, ground.districts, palette);
    ctx.globalAlpha = 1;
    return;
  }
  ctx.fillStyle = palette.paper;
  ctx.fillRect(0, 0, frame.width, frame.height);
  fillAll(frame, ground.ground, "built", palette.built);
  fillAll(frame, ground.ground, "green", palette.green);
  fillAll(frame, ground.ground, "water", palette.water);
  ctx.globalAlpha = part("districts");
  if (ground.showDistricts) paintDistricts(frame, ground.districts, palette);
  ctx.globalAlpha = 1;
  paintRailways(frame, ground.ground, palette);
  ctx.globalAlpha = part("roads");
  if (ground.showRoads) paintRoads(frame, ground.roads, palette);
  const room = new Room();
  ctx.globalAlpha = part("districts");
  if (ground.showDistricts) nameDistricts(frame, ground, palette, room);
  ctx.globalAlpha = part("roads");
  if (ground.showRoads) nameRoads(frame, ground, palette, room);
  ctx.globalAlpha = 1;
  nameWater(frame, ground, palette, room);
}

/**
 * @param {Frame} frame
 * @param {Feature[]} features
 * @param {string} kind
 * @param {string} colour
 */
function fillAll(frame, features, kind, colour) {
  const { ctx } = frame;
  ctx.beginPath();
  /** @type {Feature[]} */
  const lines = [];
  for (const feature of features) {
    if (feature.properties.kind !== kind || !feature.shape || !isInView(frame, feature.shape.box)) continue;
    if (feature.shape.kind === "line") lines.push(feature);
    else trace(frame, feature.shape);
  }
  ctx.fillStyle = colour;
  ctx.fill("evenodd");
  if (lines.length === 0) return;
  ctx.beginPath();
  for (const { shape } of lines) if (shape) trace(frame, shape);
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(1.5, 3 * 2 ** (frame.zoom - 13));
  ctx.lineJoin = "round";
  ctx.stroke();
}

/**
 * @param {Frame} frame
 * @param {Feature[]} districts
 * @param {Palette} palette
 */
function paintDistricts(frame, districts, palette) {
  const { ctx } = frame;
  ctx.beginPath();
  for (const { shape } of districts) if (shape && isInView(frame, shape.box)) trace(frame, shape);
  ctx.strokeStyle = palette.district;
  ctx.lineWidth = 1;
  ctx.setLineDash([6, 4]);
  ctx.stroke();
  ctx.setLineDash([]);
}

/**
 * @param {Frame} frame
 * @param {Feature[]} ground
 * @param {Palette} palette
 */
function paintRailways(frame, ground, palette) {
  const { ctx } = frame;
  ctx.beginPath();
  for (const { shape, properties } of ground) {
    if (properties.kind === "railway" && shape && isInView(frame, shape.box)) trace(frame, shape);
  }
  ctx.strokeStyle = palette.railway;
  ctx.lineWidth = frame.zoom < 12 ? 1.2 : 2.4;
  ctx.stroke();
  if (frame.zoom < 12) return;
  ctx.strokeStyle = palette.paper;
  ctx.lineWidth = 1.2;
  ctx.setLineDash([8, 8]);
  ctx.stroke();
  ctx.setLineDash([]);
}

/**
 * @param {Frame} frame
 * @param {Feature[]} roads
 * @param {Palette} palette
 */
function paintRoads(frame, roads, palette) {
  const { ctx, zoom } = frame;
  const drawn = ROADS.filter(([, from]) => zoom >= from).map(([kind, , , widths]) => {
    const path = new Path2D();
    const pen = { ...frame, ctx: /** @type {any} */ (path) };
    for (const { properties, shape } of roads) {
      if (properties.class === kind && shape && isInView(frame, shape.box, 12)) trace(pen, shape);
    }
    return { path, width: widthAt(widths, zoom) };
  });
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  // All edges first: where roads cross, they then run into one another as they do on the ground.
  ctx.strokeStyle = palette.roadEdge;
  for (const { path, width } of drawn) {
    ctx.lineWidth = width < 2 ? Math.max(width, 0.6) : width + 2;
    ctx.stroke(path);
  }
  ctx.strokeStyle = palette.road;
  for (const { path, width } of drawn) {
    if (width < 2) continue;
    ctx.lineWidth = width;
    ctx.stroke(path);
  }
  ctx.lineCap = "butt";
}

/**
 * @param {Feature} feature
 * @param {"zh" | "en"} language
 * @returns {string}
 */
function nameOf({ properties }, language) {
  return (language === "en" && properties.name_en) || properties.name || "";
}

/**
 * @param {Frame} frame
 * @param {Ground} ground
 * @param {Palette} palette
 * @param {Room} room
 */
function nameDistricts(frame, ground, palette, room) {
  const { ctx, zoom } = frame;
  if (zoom > 14.5) return;
  ctx.font = `500 ${zoom < 10 ? 12 : 14}px ${palette.font}`;
  for (const feature of ground.districts) {
    const name = nameOf(feature, ground.language);
    if (!name || !feature.shape || !isInView(frame, feature.shape.box)) continue;
    const { x, y } = middleOf(frame, feature.shape);
    const width = ctx.measureText(name).width;
    if (!room.take(turnedRect(x, y, width + 8, 20, 0))) continue;
    write(ctx, name, x, y, { fill: palette.name, halo: palette.halo, width: 4 });
  }
}

/**
 * @param {Frame} frame
 * @param {Ground} ground
 * @param {Palette} palette
 * @param {Room} room
 */
function nameRoads(frame, ground, palette, room) {
  const { ctx, zoom } = frame;
  ctx.font = `400 12px ${palette.font}`;
  /** @type {Map<string, { x: number, y: number }[]>} */
  const written = new Map();
  for (const [kind, , named] of [...ROADS].reverse()) {
    if (zoom < named) continue;
    for (const feature of ground.roads) {
      if (feature.properties.class !== kind || !feature.shape || !isInView(frame, feature.shape.box)) continue;
      const name = nameOf(feature, ground.language);
      if (!name) continue;
      const width = ctx.measureText(name).width;
      const places = written.get(name) ?? [];
      for (const ring of feature.shape.rings) {
        const run = straightestRun(clip(toPixels(frame, ring), frame));
        if (!run || run.length < width + 24) continue;
        if (places.some((place) => Math.hypot(place.x - run.x, place.y - run.y) < NAME_APART)) continue;
        const angle = readingAngle(run.angle);
        if (!room.take(turnedRect(run.x, run.y, width + 8, 16, angle))) continue;
        writeAlong(ctx, name, run.x, run.y, { fill: palette.name, halo: palette.road, angle });
        places.push(run);
      }
      written.set(name, places);
    }
  }
}

/**
 * The longest stretch of a line whose points lie on the frame, so that a name stands where it can be seen.
 * @param {Float64Array} line
 * @param {Frame} frame
 * @returns {Float64Array}
 */
function clip(line, { width, height }) {
  let best = [0, 0];
  let start = -1;
  for (let i = 0; i <= line.length; i += 2) {
    const x = line[i] ?? -1;
    const y = line[i + 1] ?? -1;
    const on = i < line.length && x >= 0 && x <= width && y >= 0 && y <= height;
    if (on && start < 0) start = i;
    if (!on && start >= 0) {
      if (i - start > (best[1] ?? 0) - (best[0] ?? 0)) best = [start, i];
      start = -1;
    }
  }
  return line.subarray(best[0], best[1]);
}

/**
 * @param {Frame} frame
 * @param {Ground} ground
 * @param {Palette} palette
 * @param {Room} room
 */
function nameWater(frame, ground, palette, room) {
  const { ctx, zoom } = frame;
  if (zoom < 10) return;
  ctx.font = `italic 400 12px ${palette.font}`;
  for (const feature of ground.ground) {
    const { kind } = feature.properties;
    const { shape } = feature;
    if (!["water", "green"].includes(kind) || !shape || !isInView(frame, shape.box)) continue;
    const name = nameOf(feature, ground.language);
    const width = name ? ctx.measureText(name).width : 0;
    const extent = (shape.box[2] - shape.box[0]) * frame.scale;
    if (!name || extent < width) continue;
    // Long waters bend; their name stands on a bank line, lakes and parks carry it in the middle.
    const long = kind === "water" && extent > 6 * width;
    const run = long ? straightestRun(clip(toPixels(frame, shape.rings[0] ?? new Float64Array()), frame)) : null;
    const place = run && run.length > width ? run : { ...middleOf(frame, shape), angle: 0 };
    const angle = readingAngle(place.angle);
    if (!room.take(turnedRect(place.x, place.y, width + 8, 16, angle))) continue;
    writeAlong(ctx, name, place.x, place.y, {
      fill: kind === "water" ? palette.waterName : palette.name,
      halo: palette.halo,
      angle,
    });
  }
}
