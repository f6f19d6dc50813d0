// @ts-check
/** Signs at closed roads, so that they are found from afar; nearer, the stretch itself speaks. */

import { unitX, unitY } from "../geometry/mercator.js";
import { Room } from "../geometry/room.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {{ code: string, x: number, y: number, coming: boolean }} Sign in unit Mercator */

const SIZE = 20;
const SMALL = 12;
const SMALL_UNTIL = 12.5;

/**
 * One sign for each diversion, at the first stretch it takes.
 * @param {Feature[]} features
 * @param {string} day
 * @returns {Sign[]}
 */
export function gatherSigns(features, day) {
  /** @type {Map<string, Sign>} */
  const signs = new Map();
  for (const { properties } of features) {
    const { code, point, role, first_on } = properties;
    if (role !== "taken" || !point || signs.has(code)) continue;
    signs.set(code, { code, x: unitX(point[0]), y: unitY(point[1]), coming: first_on > day });
  }
  return [...signs.values()];
}

/**
 * Draw the signs: a dark board with a light bar, hollow where the closure is still to come.
 * @param {Frame} frame
 * @param {Sign[]} signs
 * @param {Palette} palette
 * @param {string | null} chosen code of the diversion that is open
 */
export function paintSigns(frame, signs, palette, chosen) {
  const { ctx, scale, left, top, width, height, zoom } = frame;
  ctx.clearRect(0, 0, width, height);
  const size = zoom < SMALL_UNTIL ? SMALL : SIZE;
  const room = new Room();
  for (const { code, x, y, coming } of signs) {
    const px = x * scale - left;
    const py = y * scale - top;
    if (px < -size || py < -size || px > width + size || py > height + size) continue;
    const half = size / 2;
    const free = room.take([px - half, py - half, px + half, py + half]);
    if (!free && code !== chosen) continue;
    ctx.beginPath();
    ctx.rect(px - half, py - half, size, size);
    ctx.fillStyle = coming ? palette.halo : palette.closure;
    ctx.fill();
    ctx.lineWidth = code === chosen ? 4 : 1.5;
    ctx.strokeStyle = code === chosen ? palette.chosen : coming ? palette.closure : palette.halo;
    ctx.stroke();
    ctx.fillStyle = coming ? palette.closure : palette.closureStripe;
    ctx.fillRect(px - half * 0.62, py - half * 0.22, size * 0.62, half * 0.44);
  }
}

/**
 * @param {import("./city-map.js").Touch} touch
 * @param {Sign[]} signs
 * @returns {Sign | null}
 */
export function hitSign({ x, y, scale, touch }, signs) {
  const reach = (SIZE / 2 + (touch ? 10 : 2)) / scale;
  return signs.find((sign) => Math.abs(sign.x - x) <= reach && Math.abs(sign.y - y) <= reach) ?? null;
}
