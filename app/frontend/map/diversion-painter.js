// @ts-check
/** How traffic diversions are drawn: what is taken as barriers, the ways round as arrows, each mode with its own dash. */

import { placesAlong } from "../geometry/along.js";
import { Room } from "../geometry/room.js";
import { passingWord, takenWord } from "../words.js";
import { hatch } from "./patterns.js";
import { middleOf, toPixels, write } from "./pen.js";
import { begin, COMING_DASH } from "./zone-painters.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("./zone-painters.js").ZonePainter} ZonePainter */

const WORDS_FROM = 15;

/** Dashes by mode of the detour; the arrows are the same. @type {Record<string, number[]>} */
const MODE_DASH = { motor: [], bus: [14, 4], emergency: [14, 4, 3, 4], ebike: [8, 4], foot: [2, 4] };

/** @type {ZonePainter} */
export function paintDiversions(frame, drawn, palette) {
  const { ctx } = frame;
  for (const { feature, phase } of drawn) {
    if (feature.properties.role === "detour") paintDetour(frame, feature, phase, palette);
  }
  const barrier = hatch(ctx, palette.closureStripe, { apart: 9, width: 3, back: palette.closure });
  for (const { feature, phase } of drawn) {
    if (feature.properties.role !== "taken") continue;
    begin(frame, feature);
    if (phase === "active") {
      ctx.strokeStyle = palette.closure;
      ctx.lineWidth = feature.shape?.kind === "line" ? 7 : 3;
      ctx.stroke();
      if (feature.shape?.kind === "line") {
        ctx.strokeStyle = barrier;
        ctx.lineWidth = 5;
        ctx.stroke();
      } else {
        ctx.fillStyle = barrier;
        ctx.fill("evenodd");
      }
    } else {
      ctx.strokeStyle = palette.closure;
      ctx.lineWidth = 1;
      ctx.setLineDash(COMING_DASH);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  }
  if (frame.zoom >= WORDS_FROM) writeTaken(frame, drawn, palette);
}

/**
 * Write beside each stretch what is taken and how traffic passes.
 * @param {Frame} frame
 * @param {import("./zone-painters.js").Drawn[]} drawn
 * @param {Palette} palette
 */
function writeTaken(frame, drawn, palette) {
  const { ctx } = frame;
  const room = new Room();
  ctx.font = `600 12px ${palette.font}`;
  for (const { feature } of drawn) {
    const { role, taken = [], passing } = feature.properties;
    if (role !== "taken" || !feature.shape) continue;
    const words = [...taken.map(takenWord), passing ? passingWord(passing) : ""].filter(Boolean).join(" · ");
    const { x, y } = middleOf(frame, feature.shape);
    const width = ctx.measureText(words).width;
    if (!words || !room.take([x - width / 2 - 4, y + 6, x + width / 2 + 4, y + 24])) continue;
    write(ctx, words, x, y + 15, { fill: palette.closure, halo: palette.halo, width: 4 });
  }
}

/**
 * @param {Frame} frame
 * @param {Feature} feature
 * @param {"active" | "coming"} phase
 * @param {Palette} palette
 */
function paintDetour(frame, feature, phase, palette) {
  const { ctx, zoom } = frame;
  const coming = phase === "coming";
  const width = coming ? 1 : zoom < 12 ? 2 : 4;
  begin(frame, feature);
  ctx.lineCap = "round";
  if (!coming && zoom >= 12) {
    ctx.strokeStyle = palette.halo;
    ctx.lineWidth = width + 3;
    ctx.stroke();
  }
  ctx.strokeStyle = palette.detour;
  ctx.lineWidth = width;
  ctx.setLineDash(MODE_DASH[feature.properties.mode] ?? []);
  ctx.stroke();
  ctx.setLineDash([]);
  if (!coming && zoom >= 12) {
    ctx.fillStyle = palette.detour;
    ctx.strokeStyle = palette.halo;
    ctx.lineWidth = 1.5;
    for (const ring of feature.shape?.rings ?? []) {
      for (const place of placesAlong(toPixels(frame, ring), zoom < 14 ? 44 : 64)) arrow(ctx, place, 7);
    }
  }
  ctx.lineCap = "butt";
}

/**
 * A filled arrow head that points along the way.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("../geometry/along.js").Place} place
 * @param {number} size
 */
function arrow(ctx, { x, y, angle }, size) {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(angle);
  ctx.beginPath();
  ctx.moveTo(size, 0);
  ctx.lineTo(-size * 0.8, -size * 0.8);
  ctx.lineTo(-size * 0.35, 0);
  ctx.lineTo(-size * 0.8, size * 0.8);
  ctx.closePath();
  ctx.stroke();
  ctx.fill();
  ctx.restore();
}
