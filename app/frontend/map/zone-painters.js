// @ts-check
/** How each kind of zone is drawn: solid when it runs, thin and dashed when it comes within 30 days. */

import { placesAlong, readingAngle } from "../geometry/along.js";
import { Room, turnedRect } from "../geometry/room.js";
import { hoursOf } from "../periods.js";
import { hatch } from "./patterns.js";
import { middleOf, toPixels, trace, wash, write } from "./pen.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {{ feature: Feature, phase: "active" | "coming" }} Drawn */
/** @typedef {{ letters: Record<string, string> }} Words */
/** @typedef {(frame: Frame, drawn: Drawn[], palette: Palette, words: Words) => void} ZonePainter */

const LETTERS_FROM = 13;
const HOURS_FROM = 12.5;
/** Between two writings of a route's hours, in pixels. */
const HOURS_APART = 360;
export const COMING_DASH = [5, 4];

/**
 * @param {Frame} frame
 * @param {Feature} feature
 */
export function begin(frame, { shape }) {
  frame.ctx.beginPath();
  if (shape) trace(frame, shape);
}

/** Sites as plain outlines, where their lamps are not the matter. @type {ZonePainter} */
export function paintSites(frame, drawn, palette) {
  for (const { feature } of drawn) {
    begin(frame, feature);
    wash(frame.ctx, palette.ink);
  }
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
  const room = new Room();
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
    if (frame.zoom >= HOURS_FROM) writeHours(frame, feature, palette, room);
  }
  ctx.setLineDash([]);
}

/**
 * Write along a haul route at which hours it is driven.
 * @param {Frame} frame
 * @param {Feature} feature
 * @param {Palette} palette
 * @param {Room} room
 */
function writeHours(frame, { properties, shape }, palette, room) {
  const { ctx } = frame;
  const text = hoursOf(properties).join(" ");
  if (!text || !shape) return;
  ctx.font = `600 12px ${palette.font}`;
  const width = ctx.measureText(text).width;
  for (const ring of shape.rings) {
    for (const { x, y, angle } of placesAlong(toPixels(frame, ring), HOURS_APART)) {
      if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
      const turned = readingAngle(angle);
      if (!room.take(turnedRect(x, y, width + 12, 18, turned))) continue;
      write(ctx, text, x, y, { fill: palette.haul, halo: palette.halo, width: 4, angle: turned });
    }
  }
}

/** Where works meet: a halo round what they share. @type {ZonePainter} */
export function paintOverlaps(frame, drawn, palette) {
  const { ctx } = frame;
  ctx.lineJoin = "round";
  for (const { feature, phase } of drawn) {
    const light = feature.properties.severity !== "heavy";
    begin(frame, feature);
    if (phase === "coming") {
      ctx.strokeStyle = palette.overlap;
      ctx.lineWidth = 1;
      ctx.setLineDash(COMING_DASH);
      ctx.stroke();
      ctx.setLineDash([]);
      continue;
    }
    ctx.strokeStyle = palette.overlap;
    ctx.globalAlpha = light ? 0.2 : 0.35;
    ctx.lineWidth = light ? 6 : 12;
    ctx.stroke();
    if (feature.shape?.kind === "polygon" && !light) {
      ctx.fillStyle = palette.overlap;
      ctx.fill("evenodd");
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = light ? 1 : 2;
    ctx.stroke();
  }
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
