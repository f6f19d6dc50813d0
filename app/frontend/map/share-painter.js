// @ts-check
/** Districts shaded by the share of red among their projects, with the numbers, while the whole city is in view. */

import { isInView, middleOf, trace, write } from "./pen.js";

/** @typedef {import("../shares.js").Share} Share */

/** Closer than this the sites themselves tell it. */
export const SHARES_UNTIL = 13;
/** A district all red would be this strong; more would drown the symbols. */
const STRONGEST = 0.5;
const NAME_ROOM = 18;

/**
 * @param {import("./overlay.js").Frame} frame
 * @param {import("../data.js").Feature[]} districts
 * @param {Map<string, Share>} shares
 * @param {import("./palette.js").Palette} palette
 * @param {number} part of the full strength
 */
export function paintShares(frame, districts, shares, palette, part) {
  const { ctx } = frame;
  ctx.clearRect(0, 0, frame.width, frame.height);
  if (frame.zoom >= SHARES_UNTIL) return;
  ctx.font = `600 12px ${palette.font}`;
  for (const { properties, shape } of districts) {
    const share = shares.get(properties.name);
    if (!shape || !share?.red || !isInView(frame, shape.box)) continue;
    ctx.beginPath();
    trace(frame, shape);
    ctx.globalAlpha = part * STRONGEST * (share.red / share.count);
    ctx.fillStyle = palette.red;
    ctx.fill("evenodd");
    ctx.globalAlpha = part;
    const { x, y } = middleOf(frame, shape);
    write(ctx, `${share.red}/${share.count}`, x, y + NAME_ROOM, { fill: palette.red, halo: palette.halo, width: 4 });
  }
  ctx.globalAlpha = 1;
}
