// @ts-check
/** Works that are not sites, and where works meet: relocations, diversions with their detours, haul routes … overlaps. */

import { isHit } from "../geometry/hit.js";
import { phaseOn } from "../periods.js";
import { paintDiversions } from "./diversion-painter.js";
import { isInView, trace } from "./pen.js";
import { paintControlAreas, paintEvents, paintHaulRoutes, paintOverlaps, paintRelocations } from "./zone-painters.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("./city-map.js").Touch} Touch */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("./zone-painters.js").Drawn} Drawn */
/** @typedef {{ kind: "zone", layer: string, feature: Feature }} ZoneHit */
/** @typedef {import("./zone-painters.js").ZonePainter} ZonePainter */
/** @typedef {import("./zone-painters.js").Words} Words */

const REACH = 5;
const REACH_TOUCH = 14;

/** From the lowest to the highest. @type {Record<string, ZonePainter>} */
const PAINTERS = {
  control_areas: paintControlAreas,
  events: paintEvents,
  haul_routes: paintHaulRoutes,
  diversions: paintDiversions,
  relocations: paintRelocations,
  overlaps: paintOverlaps,
};

/** The layers of zones, the lowest first. */
export const ZONE_LAYERS = Object.keys(PAINTERS);

export class Zones {
  constructor() {
    /** @type {Map<string, Feature[]>} */
    this.layers = new Map();
    /** @type {string[]} */
    this.on = [];
    /** Layer → percent, of those that are not drawn fully. @type {Record<string, number>} */
    this.opacity = {};
    /** Where a layer that is not drawn fully is drawn first. @type {HTMLCanvasElement | null} */
    this.sheet = null;
    this.day = "";
    /** @type {Words} */
    this.words = { letters: {} };
  }

  /**
   * @param {string} layer
   * @returns {Drawn[]} what of a layer shows on the day
   */
  drawn(layer) {
    /** @type {Drawn[]} */
    const found = [];
    for (const feature of this.layers.get(layer) ?? []) {
      const phase = phaseOn(feature.properties, this.day);
      if (phase && feature.shape) found.push({ feature, phase });
    }
    return found;
  }

  /**
   * @param {Frame} frame
   * @param {Palette} palette
   */
  paint(frame, palette) {
    const { ctx } = frame;
    ctx.clearRect(0, 0, frame.width, frame.height);
    ctx.lineJoin = "round";
    for (const layer of ZONE_LAYERS) {
      const painter = PAINTERS[layer];
      if (!painter || !this.on.includes(layer)) continue;
      const inView = this.drawn(layer).filter(({ feature }) => feature.shape && isInView(frame, feature.shape.box, 16));
      this.paintPaler(frame, (this.opacity[layer] ?? 100) / 100, (onto) => {
        onto.ctx.lineJoin = "round";
        painter(onto, inView, palette, this.words);
        onto.ctx.setLineDash([]);
      });
    }
  }

  /**
   * Paint something and lay it over the frame as a whole, so that its own parts do not show through one another.
   * @param {Frame} frame
   * @param {number} part of the full strength
   * @param {(frame: Frame) => void} paint
   */
  paintPaler(frame, part, paint) {
    const { ctx } = frame;
    if (part >= 1) {
      paint(frame);
      return;
    }
    this.sheet ??= document.createElement("canvas");
    const { sheet } = this;
    sheet.width = ctx.canvas.width;
    sheet.height = ctx.canvas.height;
    const pen = sheet.getContext("2d");
    if (!pen) return;
    pen.setTransform(ctx.getTransform());
    paint({ ...frame, ctx: pen });
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = part;
    ctx.drawImage(sheet, 0, 0);
    ctx.restore();
  }

  /**
   * The topmost zone under a touch.
   * @param {Touch} touch
   * @returns {ZoneHit | null}
   */
  hit({ x, y, scale, touch }) {
    const reach = (touch ? REACH_TOUCH : REACH) / scale;
    for (const layer of [...ZONE_LAYERS].reverse()) {
      if (!this.on.includes(layer)) continue;
      for (const { feature } of this.drawn(layer)) {
        if (feature.shape && isHit(feature.shape, x, y, reach)) return { kind: "zone", layer, feature };
      }
    }
    return null;
  }

  /**
   * Mark all parts of a zone.
   * @param {Frame} frame
   * @param {string} layer
   * @param {number} id
   * @param {Palette} palette
   */
  paintMark(frame, layer, id, palette) {
    const { ctx } = frame;
    ctx.strokeStyle = palette.chosen;
    ctx.lineWidth = 3;
    for (const { feature } of this.drawn(layer)) {
      if (feature.properties.id !== id || !feature.shape || !isInView(frame, feature.shape.box, 8)) continue;
      ctx.beginPath();
      trace(frame, feature.shape);
      ctx.stroke();
    }
  }
}
