// @ts-check
/** A map on which one place is touched. */

import { isNarrow } from "../dom.js";
import { latOf, lonOf, unitX, unitY } from "../geometry/mercator.js";
import { GroundMap } from "./ground-map.js";

/** @typedef {import("../geometry/measure.js").Place} Place */

const CLOSE = 17;
const CROSS = 14;

export class SpotMap extends GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {(place: Place) => void} touched
   */
  constructor(container, page, data, touched) {
    super(container, page, data, () =>
      isNarrow() ? { top: 8, right: 8, bottom: 8, left: 8 } : { top: 64, right: 64, bottom: 32, left: 32 },
    );
    /** @type {Place | null} */
    this.spot = null;
    this.add("spot", (frame) => this.paint(frame));
    this.map.onTouch(({ x, y }) => touched([lonOf(x), latOf(y)]));
  }

  /**
   * @param {Place} place
   * @param {boolean} go whether the map goes there
   */
  show(place, go) {
    this.spot = place;
    this.layers[1]?.repaint();
    if (go) this.map.showPlace(place[0], place[1], CLOSE);
  }

  /** @param {import("./overlay.js").Frame} frame */
  paint(frame) {
    const { ctx, scale, left, top } = frame;
    ctx.clearRect(0, 0, frame.width, frame.height);
    if (!this.spot) return;
    const x = unitX(this.spot[0]) * scale - left;
    const y = unitY(this.spot[1]) * scale - top;
    for (const [colour, width] of /** @type {[string, number][]} */ ([
      [this.palette.halo, 6],
      [this.palette.chosen, 3],
    ])) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.arc(x, y, CROSS, 0, 2 * Math.PI);
      ctx.moveTo(x - CROSS - 6, y);
      ctx.lineTo(x + CROSS + 6, y);
      ctx.moveTo(x, y - CROSS - 6);
      ctx.lineTo(x, y + CROSS + 6);
      ctx.stroke();
    }
  }
}
