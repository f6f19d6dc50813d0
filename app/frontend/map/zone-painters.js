// @ts-check
/** How each kind of zone is drawn: solid when it runs, thin and dashed when it comes within 30 days. */

import { placesAlong } from "../geometry/along.js";
import { Room } from "../geometry/room.js";
import { hatch } from "./patterns.js";
import { middleOf, toPixels, trace, write } from "./pen.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {{ feature: Feature, phase: "active" | "coming" }} Drawn */
/** @typedef {{ letters: Record<string, string> }} Words */
/** @typedef {(frame: Frame, drawn: Drawn[], palette: Palette, words: Words) => void} ZonePainter */

const LETTERS_FROM = 13;
const COMING_DASH = [5, 4];

/**
 * @param {Frame} frame
 * @param {Feature} feature
 */
function begin(frame, { shape }) {
  frame.ctx.beginPath();
  if (shape) trace(frame, shape);
}

/** @type {ZonePainter} */
export function paintControlAreas(frame, drawn, palette) {
  const { ctx } = frame;
  const wide = hatch(ctx, palette.control, { apart: 18, width: 2 });
  for (const { feature, phase } of drawn) {
    begin(frame, feature);
    if (phase === "active" && feature.shape?.kind === "polygon") {
      ctx.globalAlpha = 0.28;
      ctx.fillStyle = wide;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
    }
    ctx.strokeStyle = palette.control;
    ctx.setLineDash(phase === "coming" ? COMING_DASH : []);
    ctx.lineWidth = phase === "coming" ? 1 : 2;
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** @type {ZonePainter} */
export function paintEvents(frame, drawn, palette) {
  const { ctx } = frame;
  for (const { feature, phase } of drawn) {
    begin(frame, feature);
    if (phase === "active" && feature.shape?.kind === "polygon") {
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = palette.event;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
    }
    ctx.strokeStyle = palette.event;
    ctx.lineWidth = phase === "coming" ? 1 : 2;
    ctx.setLineDash([1, 5]);
    ctx.lineCap = "round";
    ctx.stroke();
    ctx.lineCap = "butt";
  }
  ctx.setLineDash([]);
}

/** @type {ZonePainter} */
export function paintHaulRoutes(frame, drawn, palette) {
  const { ctx } = frame;
  ctx.strokeStyle = palette.haul;
  for (const { feature, phase } of drawn) {
    begin(frame, feature);
    ctx.setLineDash(phase === "coming" ? COMING_DASH : []);
    ctx.lineWidth = phase === "coming" ? 1 : 2.5;
    ctx.stroke();
    if (phase === "coming" || frame.zoom < 11) continue;
    ctx.setLineDash([]);
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    for (const ring of feature.shape?.rings ?? []) {
      for (const { x, y, angle } of placesAlong(toPixels(frame, ring), 12)) {
        const dx = Math.sin(angle) * 4;
        const dy = -Math.cos(angle) * 4;
        ctx.moveTo(x - dx, y - dy);
        ctx.lineTo(x + dx, y + dy);
      }
    }
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

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

/** @type {ZonePainter} */
export function paintRelocations(frame, drawn, palette, words) {
  const { ctx, zoom } = frame;
  ctx.strokeStyle = palette.relocation;
  ctx.fillStyle = palette.relocation;
  for (const { feature, phase } of drawn) {
    begin(frame, feature);
    const coming = phase === "coming";
    if (!coming && feature.shape?.kind === "polygon") {
      ctx.globalAlpha = 0.35;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
    }
    ctx.setLineDash(coming ? COMING_DASH : []);
    ctx.lineWidth = coming ? 1 : 2;
    ctx.stroke();
  }
  ctx.setLineDash([]);
  if (zoom < LETTERS_FROM) return;
  const room = new Room();
  ctx.font = `600 12px ${palette.font}`;
  for (const { feature, phase } of drawn) {
    const letter = words.letters[feature.properties.utility] ?? "";
    if (!letter || !feature.shape) continue;
    const { x, y } = middleOf(frame, feature.shape);
    const half = Math.max(9, ctx.measureText(letter).width / 2 + 4);
    if (!room.take([x - half, y - 9, x + half, y + 9])) continue;
    ctx.beginPath();
    ctx.rect(x - half, y - 9, half * 2, 18);
    const [back, front] = phase === "active" ? [palette.relocation, palette.halo] : [palette.halo, palette.relocation];
    ctx.fillStyle = back;
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.stroke();
    write(ctx, letter, x, y + 0.5, { fill: front, halo: back, width: 1 });
  }
}
