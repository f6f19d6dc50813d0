// @ts-check
/** A small map for shapes that are only looked at: over the base map, numbered where they have a label. */

import { latOf, lonOf } from "../geometry/mercator.js";
import { joinBoxes, readShape } from "../geometry/shapes.js";
import { GroundMap } from "./ground-map.js";
import { isInView, middleOf, trace, write } from "./pen.js";

/** @typedef {import("./overlay.js").Frame} Frame */

/** Half the least width shown around what is looked at, in unit Mercator: about 300 m. */
const LEAST = 1e-5;

export class LookMap extends GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   */
  constructor(container, page, data) {
    super(container, page, data, () => ({ top: 24, right: 24, bottom: 24, left: 24 }));
    /** @type {import("../data.js").Feature[]} */
    this.features = [];
    this.add("look", (frame) => this.paint(frame));
  }

  /**
   * Show shapes and bring them into sight.
   * @param {GeoJSON.FeatureCollection} shapes
   */
  show(shapes) {
    this.features = shapes.features.map((feature) => ({
      properties: feature.properties ?? {},
      shape: readShape(/** @type {any} */ (feature.geometry)),
    }));
    this.layers[1]?.repaint();
    const boxes = this.features.flatMap(({ shape }) => (shape ? [shape.box] : []));
    if (!boxes.length) return;
    const [west, north, east, south] = joinBoxes(boxes);
    const more = Math.max((east - west) * 0.2, (south - north) * 0.2, LEAST);
    this.map.showExtent([lonOf(west - more), latOf(south + more), lonOf(east + more), latOf(north - more)], false);
  }

  /** @param {Frame} frame */
  paint(frame) {
    const { ctx } = frame;
    ctx.clearRect(0, 0, frame.width, frame.height);
    ctx.lineJoin = "round";
    const shown = this.features.filter(({ shape }) => shape && isInView(frame, shape.box, 16));
    for (const { shape } of shown) {
      if (!shape) continue;
      ctx.beginPath();
      trace(frame, shape);
      ctx.strokeStyle = this.palette.overlap;
      ctx.fillStyle = this.palette.overlap;
      ctx.globalAlpha = 0.2;
      if (shape.kind === "polygon") ctx.fill("evenodd");
      ctx.globalAlpha = 1;
      ctx.lineWidth = 3;
      ctx.stroke();
      if (shape.kind === "point") {
        const { x, y } = middleOf(frame, shape);
        ctx.beginPath();
        ctx.arc(x, y, 6, 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    ctx.font = `600 13px ${this.palette.font}`;
    for (const { shape, properties } of shown) {
      if (!shape || !properties.label) continue;
      const { x, y } = middleOf(frame, shape);
      ctx.beginPath();
      ctx.rect(x - 10, y - 10, 20, 20);
      ctx.fillStyle = this.palette.ink;
      ctx.fill();
      write(ctx, String(properties.label), x, y + 0.5, { fill: this.palette.halo, halo: this.palette.ink, width: 0.1 });
    }
  }
}
