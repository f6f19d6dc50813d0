// @ts-check
/** A map on which one place is touched. */

import { byId, isNarrow, wantsCalm } from "../dom.js";
import { latOf, lonOf, unitX, unitY } from "../geometry/mercator.js";
import { CityMap } from "./city-map.js";
import { paintGround } from "./ground.js";
import { readPalette } from "./palette.js";

/** @typedef {import("../geometry/measure.js").Place} Place */

const CLOSE = 17;
const CROSS = 14;

export class SpotMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {(place: Place) => void} touched
   */
  constructor(container, page, data, touched) {
    this.data = data;
    this.palette = readPalette(document.documentElement);
    /** @type {Place | null} */
    this.spot = null;
    /** @type {import("./ground.js").Ground} */
    this.ground = {
      districts: [],
      ground: [],
      roads: [],
      showDistricts: true,
      showRoads: true,
      language: page.language,
    };
    this.map = new CityMap(container, {
      extent: page.city.bbox,
      view: null,
      insets: () =>
        isNarrow() ? { top: 8, right: 8, bottom: 8, left: 8 } : { top: 64, right: 64, bottom: 32, left: 32 },
      calm: wantsCalm(),
    });
    this.layers = [
      this.map.addLayer("ground", (frame) => paintGround(frame, this.ground, this.palette)),
      this.map.addLayer("spot", (frame) => this.paint(frame)),
    ];
    this.map.onTouch(({ x, y }) => touched([lonOf(x), latOf(y)]));
    window.addEventListener("resize", () => this.map.resized());
    byId("zoom-in").addEventListener("click", () => this.map.closer());
    byId("zoom-out").addEventListener("click", () => this.map.further());
  }

  async readGround() {
    const layers = /** @type {const} */ (["ground", "districts", "roads"]);
    await Promise.all(
      layers.map(async (layer) => {
        this.ground[layer] = await this.data.layer(layer);
        this.layers[0]?.repaint();
      }),
    );
    document.documentElement.classList.add("map-drawn");
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

  recolour() {
    this.palette = readPalette(document.documentElement);
    for (const layer of this.layers) layer.repaint();
  }
}
