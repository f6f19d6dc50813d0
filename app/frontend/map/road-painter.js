// @ts-check
/** The road that is open, marked along all its stretches. */

import { isInView, trace } from "./pen.js";

/**
 * @param {import("./overlay.js").Frame} frame
 * @param {import("../data.js").Feature[]} roads
 * @param {string} name
 * @param {import("./palette.js").Palette} palette
 */
export function paintRoad(frame, roads, name, palette) {
  const { ctx } = frame;
  ctx.beginPath();
  for (const { properties, shape } of roads) {
    if (properties.name === name && shape && isInView(frame, shape.box, 12)) trace(frame, shape);
  }
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  ctx.globalAlpha = 0.25;
  ctx.strokeStyle = palette.chosen;
  ctx.lineWidth = 14;
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.lineCap = "butt";
}
