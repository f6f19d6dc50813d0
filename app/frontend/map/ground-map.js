// @ts-check
/** A map over the built-in base map: what every map of the program but the great two sets up alike. */

import { byId, wantsCalm } from "../dom.js";
import { CityMap } from "./city-map.js";
import { emptyGround, paintGround } from "./ground.js";
import { readPalette } from "./palette.js";

/** @typedef {import("./overlay.js").Painter} Painter */

const GROUND = /** @type {const} */ (["ground", "districts", "roads"]);

export class GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {() => import("./city-map.js").Insets} insets
   */
  constructor(container, page, data, insets) {
    this.data = data;
    this.palette = readPalette(document.documentElement);
    this.ground = emptyGround(page.language);
    this.map = new CityMap(container, { extent: page.city.bbox, view: null, insets, calm: wantsCalm() });
    /** @type {import("./city-map.js").Layer[]} */
    this.layers = [];
    this.add("ground", (frame) => paintGround(frame, this.ground, this.palette));
    window.addEventListener("resize", () => this.map.resized());
    byId("zoom-in").addEventListener("click", () => this.map.closer());
    byId("zoom-out").addEventListener("click", () => this.map.further());
    document.getElementById("zoom-home")?.addEventListener("click", () => this.goHome());
  }

  /**
   * Paint on a canvas of its own, over those that are there.
   * @param {string} name
   * @param {Painter} paint
   */
  add(name, paint) {
    this.layers.push(this.map.addLayer(name, paint));
  }

  goHome() {
    this.map.showExtent(this.map.extent, false);
  }

  /** Read the base map; each layer is drawn as it comes. */
  async readGround() {
    await Promise.all(
      GROUND.map(async (layer) => {
        this.ground[layer] = await this.data.layer(layer);
        this.repaint();
      }),
    );
    document.documentElement.classList.add("map-drawn");
  }

  repaint() {
    for (const layer of this.layers) layer.repaint();
  }

  recolour() {
    this.palette = readPalette(document.documentElement);
    this.repaint();
  }
}
