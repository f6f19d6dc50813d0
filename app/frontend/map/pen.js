// @ts-check
/** Tracing shapes and writing names on a frame. */

import { labelPoint } from "../geometry/label.js";
import { boxesMeet } from "../geometry/shapes.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("../geometry/shapes.js").Shape} Shape */
/** @typedef {import("../geometry/shapes.js").Box} Box */

/** Points nearer to the last one than this many pixels are left out: nobody sees them. */
const NEAR = 0.8;

/**
 * @param {Frame} frame
 * @param {Box} box
 * @param {number} [margin] pixels by which what is drawn reaches beyond the box
 * @returns {boolean}
 */
export function isInView(frame, box, margin = 0) {
  if (margin === 0) return boxesMeet(frame.box, box);
  const more = margin / frame.scale;
  return boxesMeet(frame.box, [box[0] - more, box[1] - more, box[2] + more, box[3] + more]);
}

/**
 * Add a shape to the present path.
 * @param {Frame} frame
 * @param {Shape} shape
 */
export function trace(frame, shape) {
  const { ctx, scale, left, top } = frame;
  const closed = shape.kind === "polygon";
  for (const ring of shape.rings) {
    const end = ring.length - 2;
    let lastX = (ring[0] ?? 0) * scale - left;
    let lastY = (ring[1] ?? 0) * scale - top;
    ctx.moveTo(lastX, lastY);
    for (let i = 2; i <= end; i += 2) {
      const x = (ring[i] ?? 0) * scale - left;
      const y = (ring[i + 1] ?? 0) * scale - top;
      if (i < end && Math.abs(x - lastX) < NEAR && Math.abs(y - lastY) < NEAR) continue;
      ctx.lineTo(x, y);
      lastX = x;
      lastY = y;
    }
    if (closed) ctx.closePath();
  }
}

/**
 * Fill the present path lightly and draw its edge, both in one colour.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} colour
 */
export function wash(ctx, colour) {
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.1;
  ctx.fill("evenodd");
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  ctx.stroke();
}

/**
 * A line of a shape in pixels of the frame.
 * @param {Frame} frame
 * @param {Float64Array} ring
 * @returns {Float64Array}
 */
export function toPixels({ scale, left, top }, ring) {
  const pixels = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    pixels[i] = (ring[i] ?? 0) * scale - left;
    pixels[i + 1] = (ring[i + 1] ?? 0) * scale - top;
  }
  return pixels;
}

/**
 * Where a shape carries its name, in pixels of the frame.
 * @param {Frame} frame
 * @param {Shape} shape
 * @returns {{ x: number, y: number }}
 */
export function middleOf({ scale, left, top }, shape) {
  const { x, y } = labelPoint(shape);
  return { x: x * scale - left, y: y * scale - top };
}

/** From this steepness on Chinese names stand upright, one character under the other, as on street signs. */
const STEEP = Math.PI / 3;

/**
 * Write a name along a direction.
 * @param {CanvasRenderingContext2D} ctx font set
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ fill: string, halo: string, width?: number, angle: number }} look
 */
export function writeAlong(ctx, text, x, y, look) {
  if (Math.abs(look.angle) < STEEP || !/^[\u3400-\u9fff]+$/.test(text)) {
    write(ctx, text, x, y, look);
    return;
  }
  const step = ctx.measureText(text).width / text.length + 1;
  const downwards = look.angle > 0 ? look.angle : look.angle + Math.PI;
  [...text].forEach((character, index) => {
    const from = (index - (text.length - 1) / 2) * step;
    write(ctx, character, x + Math.cos(downwards) * from, y + Math.sin(downwards) * from, { ...look, angle: 0 });
  });
}

/**
 * Write a text around a point, with a halo that keeps it readable on anything.
 * @param {CanvasRenderingContext2D} ctx font set
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ fill: string, halo: string, width?: number, angle?: number }} look
 */
export function write(ctx, text, x, y, look) {
  ctx.save();
  ctx.translate(x, y);
  if (look.angle) ctx.rotate(look.angle);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = look.width ?? 3;
  ctx.strokeStyle = look.halo;
  ctx.strokeText(text, 0, 0);
  ctx.fillStyle = look.fill;
  ctx.fillText(text, 0, 0);
  ctx.restore();
}
