// @ts-check
/** The symbols of the lamps and the rings of clusters, drawn on a canvas; their forms are those of the page's sprite. */

import { ringArcs } from "../geometry/ring.js";
import { LAMPS } from "../lamps.js";

/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {Record<string, Path2D>} Forms lamp → its form in a box of 20 × 20 */

/** Side of the box in which the forms are written down. */
const BOX = 20;
const OUTLINE = 1.5;

/**
 * @param {Document} page
 * @param {readonly string[]} [kinds]
 * @param {string} [prefix] of the symbols' ids
 * @returns {Forms}
 */
export function readForms(page, kinds = LAMPS, prefix = "lamp") {
  /** @type {Forms} */
  const forms = {};
  for (const lamp of kinds) {
    const path = page.querySelector(`#${prefix}-${lamp} path`);
    forms[lamp] = new Path2D(path?.getAttribute("d") ?? "");
  }
  return forms;
}

/**
 * Draw a lamp's symbol around a point.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Forms} forms
 * @param {Palette} palette
 * @param {{ lamp: string, x: number, y: number, size: number, hollow: boolean }} symbol
 */
export function drawSymbol(ctx, forms, palette, { lamp, x, y, size, hollow }) {
  const form = forms[lamp];
  if (!form) return;
  const unit = BOX / size;
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(1 / unit, 1 / unit);
  ctx.lineJoin = "round";
  ctx.strokeStyle = palette.outline;
  if (hollow) {
    ctx.lineWidth = (2 * OUTLINE + 2) * unit;
    ctx.stroke(form);
    ctx.strokeStyle = palette.lamp[lamp] ?? palette.grey;
    ctx.lineWidth = 2 * unit;
    ctx.stroke(form);
    ctx.fillStyle = palette.centre;
    ctx.fill(form, "evenodd");
  } else {
    ctx.lineWidth = 2 * OUTLINE * unit;
    ctx.stroke(form);
    ctx.fillStyle = palette.lamp[lamp] ?? palette.grey;
    ctx.fill(form, "evenodd");
  }
  ctx.restore();
}

/**
 * Draw how a site changed, as a badge in ink at the corner of its symbol: an arrow down, an arrow up, or a plus.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Palette} palette
 * @param {import("../lamps.js").Change} change
 * @param {{ x: number, y: number }} corner
 */
export function drawChange(ctx, palette, change, { x, y }) {
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  ctx.arc(0, 0, 7, 0, 2 * Math.PI);
  ctx.fillStyle = palette.ink;
  ctx.fill();
  ctx.strokeStyle = palette.centre;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  if (change === "better") ctx.rotate(Math.PI);
  ctx.beginPath();
  ctx.moveTo(0, -3.5);
  ctx.lineTo(0, 3.5);
  if (change === "new") {
    ctx.moveTo(-3.5, 0);
    ctx.lineTo(3.5, 0);
  } else {
    ctx.moveTo(-3, 0.5);
    ctx.lineTo(0, 3.5);
    ctx.lineTo(3, 0.5);
  }
  ctx.stroke();
  ctx.restore();
}

/**
 * Draw the seal of a ruled lamp: a small square in ink at the lower corner of its symbol.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Palette} palette
 * @param {{ x: number, y: number }} corner
 */
export function drawSeal(ctx, palette, { x, y }) {
  ctx.save();
  ctx.fillStyle = palette.ink;
  ctx.strokeStyle = palette.centre;
  ctx.lineWidth = 1.5;
  ctx.fillRect(x - 4, y - 4, 8, 8);
  ctx.strokeRect(x - 4, y - 4, 8, 8);
  ctx.restore();
}

/**
 * Draw a cluster: the mix of its lamps as a ring around its number.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Palette} palette
 * @param {{ counts: Record<string, any>, count: number, x: number, y: number, radius: number }} cluster
 * @param {readonly string[]} [kinds]
 */
export function drawRing(ctx, palette, { counts, count, x, y, radius }, kinds = LAMPS) {
  const width = Math.max(4, radius * 0.28);
  const middle = radius - width / 2;
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  ctx.arc(0, 0, radius + OUTLINE, 0, 2 * Math.PI);
  ctx.fillStyle = palette.outline;
  ctx.fill();
  ctx.lineWidth = width;
  for (const { lamp, from, to } of ringArcs(counts, kinds)) {
    ctx.beginPath();
    ctx.arc(0, 0, middle, from - Math.PI / 2, to - Math.PI / 2);
    ctx.strokeStyle = palette.lamp[lamp] ?? palette.grey;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(0, 0, radius - width, 0, 2 * Math.PI);
  ctx.fillStyle = palette.centre;
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.outline;
  ctx.stroke();
  ctx.font = `600 ${count > 99 ? 13 : 12}px ${palette.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = palette.ink;
  ctx.fillText(String(count), 0, 0.5);
  ctx.restore();
}
