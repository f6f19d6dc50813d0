// @ts-check
/** Hatches and barrier stripes as canvas patterns. */

/** @typedef {CanvasPattern | string} Fill */

/**
 * Slanting lines on nothing.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} colour
 * @param {{ apart: number, width: number, back?: string }} look in pixels
 * @returns {Fill}
 */
export function hatch(ctx, colour, { apart, width, back }) {
  const ratio = ctx.getTransform().a || 1;
  const side = Math.max(4, Math.round(apart * ratio));
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  if (!pen) return colour;
  if (back) {
    pen.fillStyle = back;
    pen.fillRect(0, 0, side, side);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width * ratio;
  pen.lineCap = "square";
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, "repeat");
  if (!pattern) return colour;
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}
