// @ts-check
/** The desk's map: the works of a pair or a case over the city, and what they share in magenta. */

import { isNarrow } from "../dom.js";
import { latOf, lonOf } from "../geometry/mercator.js";
import { Room } from "../geometry/room.js";
import { joinBoxes, readShape } from "../geometry/shapes.js";
import { paintDiversions } from "./diversion-painter.js";
import { GroundMap } from "./ground-map.js";
import { isInView, middleOf, trace, write } from "./pen.js";
import { paintControlAreas, paintEvents, paintHaulRoutes, paintRelocations, paintSites } from "./zone-painters.js";

/** @typedef {import("../geometry/shapes.js").Box} Box */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("./zone-painters.js").ZonePainter} ZonePainter */

/** What is shared fills no more than this part of the map, so that its surroundings are seen. */
const AROUND = 0.5;
/** Half the least width shown around what is shared, in unit Mercator: about 150 m. */
const LEAST = 5e-6;

/** Side of a badge's place, and how far one with a letter is from the middle of its work, in pixels. */
const BADGE = 24;
const BADGE_AWAY = 30;
/** Where a number looks for room, in badges from the middle of its work. @type {[right: number, down: number][]} */
const NEAR = [
  [0, 0],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, 1],
  [1, 1],
  [-1, -1],
];

/** @type {Record<string, ZonePainter>} */
const PAINTERS = {
  site: paintSites,
  control_area: paintControlAreas,
  event: paintEvents,
  haul_route: paintHaulRoutes,
  diversion: paintDiversions,
  relocation: paintRelocations,
};

export class PairMap extends GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {{ badges: "letters" | "numbers" | null }} [options] badges: by what the works are told apart
   */
  constructor(container, page, data, { badges } = { badges: "letters" }) {
    super(container, page, data, () =>
      isNarrow() ? { top: 16, right: 16, bottom: 16, left: 16 } : { top: 32, right: 64, bottom: 32, left: 32 },
    );
    this.badgesBy = badges;
    this.words = { letters: page.codes.letter ?? {} };
    this.letters = page.language === "en" ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "甲乙丙丁戊己庚辛壬癸";
    /** @type {Feature[]} */
    this.features = [];
    this.add("pair", (frame) => this.paint(frame));
  }

  /**
   * Show a pair and bring what its works share into sight.
   * @param {GeoJSON.FeatureCollection} shapes
   */
  show(shapes) {
    this.features = shapes.features.map((feature) => ({
      properties: feature.properties ?? {},
      shape: readShape(/** @type {any} */ (feature.geometry)),
    }));
    this.layers[1]?.repaint();
    const shared = this.boxOf("shared");
    if (!shared) {
      this.goHome();
      return;
    }
    const [west, north, east, south] = shared;
    const more = Math.max((east - west) * AROUND, (south - north) * AROUND, LEAST);
    this.showBox([west - more, north - more, east + more, south + more]);
  }

  /** Where all of it is seen. */
  goHome() {
    const box = this.boxOf(...this.sides(), "shared");
    if (box) this.showBox(box);
  }

  /**
   * The sides of the works shown: a and b of a pair, 0, 1, 2 … of a case.
   * @returns {string[]}
   */
  sides() {
    const found = new Set(this.features.map(({ properties }) => String(properties.side)));
    found.delete("shared");
    return [...found].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  }

  /**
   * @param {...string} sides
   * @returns {Box | null}
   */
  boxOf(...sides) {
    const shapes = this.features.filter(({ properties }) => sides.includes(properties.side));
    const boxes = shapes.flatMap(({ shape }) => (shape ? [shape.box] : []));
    return boxes.length ? joinBoxes(boxes) : null;
  }

  /** @param {Box} box */
  showBox([west, north, east, south]) {
    this.map.showExtent([lonOf(west), latOf(south), lonOf(east), latOf(north)], false);
  }

  resized() {
    this.map.resized();
  }

  /** @param {Frame} frame */
  paint(frame) {
    const { ctx } = frame;
    ctx.clearRect(0, 0, frame.width, frame.height);
    this.paintPlace(frame);
    ctx.lineJoin = "round";
    for (const [kind, painter] of Object.entries(PAINTERS)) {
      const drawn = this.features
        .filter(({ properties, shape }) => properties.kind === kind && shape && isInView(frame, shape.box, 16))
        .map((feature) => ({ feature, phase: /** @type {const} */ ("active") }));
      painter(frame, drawn, this.palette, this.words);
    }
    this.paintShared(frame);
    if (this.badgesBy) this.paintBadges(frame);
  }

  /**
   * The place that all of them are shown for, below them; here there is none.
   * @param {Frame} _frame
   */
  paintPlace(_frame) {}

  /** @param {Frame} frame */
  paintShared(frame) {
    const { ctx } = frame;
    const { overlap } = this.palette;
    for (const { properties, shape } of this.features) {
      if (properties.side !== "shared" || !shape || !isInView(frame, shape.box, 16)) continue;
      ctx.beginPath();
      trace(frame, shape);
      ctx.strokeStyle = overlap;
      ctx.fillStyle = overlap;
      ctx.globalAlpha = 0.3;
      if (shape.kind === "polygon") ctx.fill("evenodd");
      ctx.lineWidth = 10;
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
  }

  /** @param {Frame} frame */
  paintBadges(frame) {
    const room = new Room();
    for (const [place, side] of this.sides().entries()) {
      const own = this.features.find(
        ({ properties, shape }) =>
          properties.side === side && properties.role !== "detour" && shape && isInView(frame, shape.box),
      );
      if (!own?.shape) continue;
      const middle = middleOf(frame, own.shape);
      if (this.badgesBy === "letters") {
        // One to the left and one to the right, so that those of works of one shape stand side by side.
        const x = middle.x + (place % 2 ? 1 : -1) * BADGE_AWAY;
        const y = middle.y + Math.floor(place / 2) * BADGE;
        this.paintBadge(frame.ctx, this.letters[place] ?? String(place + 1), x, y);
      } else {
        const free = NEAR.map(([right, down]) => ({ x: middle.x + right * BADGE, y: middle.y + down * BADGE })).find(
          ({ x, y }) => room.take([x - BADGE / 2, y - BADGE / 2, x + BADGE / 2, y + BADGE / 2]),
        );
        if (free) this.paintBadge(frame.ctx, String(place + 1), free.x, free.y);
      }
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} text
   * @param {number} x middle
   * @param {number} y middle
   */
  paintBadge(ctx, text, x, y) {
    const half = BADGE / 2 - 1;
    ctx.font = `600 13px ${this.palette.font}`;
    ctx.beginPath();
    ctx.rect(x - half, y - half, half * 2, half * 2);
    ctx.fillStyle = this.palette.ink;
    ctx.fill();
    ctx.strokeStyle = this.palette.halo;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    write(ctx, text, x, y + 0.5, { fill: this.palette.halo, halo: this.palette.ink, width: 0.1 });
  }
}
