// @ts-check
/** What is being measured: its line or outline, its points, and the middle of the view that Enter would take. */

import { unitX, unitY } from "../geometry/mercator.js";

/**
 * @param {import("./overlay.js").Frame} frame
 * @param {import("../panels/measure.js").Measured} measured
 * @param {import("../geometry/earth.js").Place} centre
 * @param {import("./palette.js").Palette} palette
 */
export function paintMeasure({ ctx, scale, left, top }, { what, places }, centre, palette) {
  const points = places.map(({ lat, lon }) => [unitX(lon) * scale - left, unitY(lat) * scale - top]);
  ctx.lineJoin = "round";
  ctx.beginPath();
  points.forEach(([x = 0, y = 0], index) => {
    if (index === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  });
  if (what === "area" && points.length > 2) {
    ctx.closePath();
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = palette.chosen;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = palette.halo;
  ctx.lineWidth = 5;
  ctx.stroke();
  ctx.strokeStyle = palette.chosen;
  ctx.lineWidth = 2.5;
  ctx.stroke();
  for (const [x = 0, y = 0] of points) {
    ctx.beginPath();
    ctx.arc(x, y, 4, 0, 2 * Math.PI);
    ctx.fillStyle = palette.halo;
    ctx.fill();
    ctx.stroke();
  }
  const x = unitX(centre.lon) * scale - left;
  const y = unitY(centre.lat) * scale - top;
  ctx.beginPath();
  for (const [dx, dy] of /** @type {[number, number][]} */ ([
    [7, 0],
    [0, 7],
  ])) {
    ctx.moveTo(x - dx, y - dy);
    ctx.lineTo(x + dx, y + dy);
  }
  ctx.lineWidth = 1.5;
  ctx.stroke();
}
