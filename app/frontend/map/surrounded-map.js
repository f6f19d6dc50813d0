// @ts-check
/** A map with what is there already: sites and zones about, roads and outlines to snap to, what would be shared. */

import L from "leaflet";
import { latOf, lonOf } from "../geometry/mercator.js";
import { boxesMeet, readShape } from "../geometry/shapes.js";
import { GroundMap } from "./ground-map.js";
import { isInView, trace } from "./pen.js";
import { paintSites } from "./zone-painters.js";
import { ZONE_LAYERS, Zones } from "./zones.js";

/** @typedef {import("./overlay.js").Frame} Frame */

/** Roads and outlines are snapped to from this zoom on, and at most so many of them. */
const SNAP_FROM_ZOOM = 14;
const MOST_SNAPS = 400;

export class SurroundedMap extends GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {() => import("./city-map.js").Insets} insets
   */
  constructor(container, page, data, insets) {
    super(container, page, data, insets);
    this.sheet = this.map.map;
    this.neighbours = new Zones();
    this.neighbours.words = { letters: page.codes.letter ?? {} };
    this.neighbours.on = ZONE_LAYERS;
    this.neighbours.day = page.today;
    /** @type {import("../data.js").Feature[]} */
    this.sites = [];
    /** @type {{ shape: import("../geometry/shapes.js").Shape, strong: boolean }[]} */
    this.shared = [];
    this.snapping = true;
    this.add("neighbours", (frame) => this.paintNeighbours(frame));
    this.add("shared", (frame) => this.paintShared(frame));
    this.snaps = L.layerGroup().addTo(this.sheet);
    this.map.onMove(() => this.gatherSnaps());
  }

  /** Read the base map and the zones about; each layer is drawn as it comes. */
  async readGround() {
    await Promise.all([
      super.readGround(),
      this.data.layer("sites").then((sites) => {
        this.sites = sites;
        this.layers[1]?.repaint();
      }),
      ...ZONE_LAYERS.map(async (layer) => {
        this.neighbours.layers.set(layer, await this.data.layer(layer));
        this.layers[1]?.repaint();
      }),
    ]);
    this.gatherSnaps();
  }

  /** @param {string} day the zones of this day are shown about the one that is drawn */
  showDay(day) {
    if (this.neighbours.day === day) return;
    this.neighbours.day = day;
    this.layers[1]?.repaint();
    this.gatherSnaps();
  }

  /** Roads and outlines in view, as lines that cannot be seen, for new vertices to jump to. */
  gatherSnaps() {
    this.snaps.clearLayers();
    if (!this.snapping || this.sheet.getZoom() < SNAP_FROM_ZOOM) return;
    const bounds = this.sheet.getBounds();
    const box = readShape({
      type: "LineString",
      coordinates: [
        [bounds.getWest(), bounds.getNorth()],
        [bounds.getEast(), bounds.getSouth()],
      ],
    })?.box;
    if (!box) return;
    const near = [
      ...this.sites,
      ...ZONE_LAYERS.flatMap((layer) => this.neighbours.drawn(layer).map(({ feature }) => feature)),
      ...this.ground.roads,
    ].filter(({ shape }) => shape && shape.kind !== "point" && boxesMeet(shape.box, box));
    for (const { shape } of near.slice(0, MOST_SNAPS)) {
      for (const ring of shape?.rings ?? []) {
        /** @type {[number, number][]} */
        const line = [];
        for (let i = 0; i + 1 < ring.length; i += 2) {
          line.push([latOf(ring[i + 1] ?? 0), lonOf(ring[i] ?? 0)]);
        }
        L.polyline(line, { opacity: 0, interactive: false, className: "snap-line" }).addTo(this.snaps);
      }
    }
  }

  /**
   * Show what would be shared, in magenta.
   * @param {{ geometry: GeoJSON.Geometry | null, strong: boolean }[]} shapes
   */
  showShared(shapes) {
    this.shared = shapes.flatMap(({ geometry, strong }) => {
      const shape = geometry && readShape(/** @type {any} */ (geometry));
      return shape ? [{ shape, strong }] : [];
    });
    this.layers[2]?.repaint();
  }

  /** @param {Frame} frame */
  paintNeighbours(frame) {
    this.neighbours.paint(frame, this.palette);
    const inView = this.sites.filter(({ shape }) => shape && isInView(frame, shape.box, 16));
    const drawn = inView.map((feature) => ({ feature, phase: /** @type {const} */ ("active") }));
    paintSites(frame, drawn, this.palette, this.neighbours.words);
  }

  /** @param {Frame} frame */
  paintShared(frame) {
    const { ctx } = frame;
    ctx.clearRect(0, 0, frame.width, frame.height);
    ctx.lineJoin = "round";
    ctx.strokeStyle = this.palette.overlap;
    ctx.fillStyle = this.palette.overlap;
    for (const { shape, strong } of this.shared) {
      if (!isInView(frame, shape.box, 16)) continue;
      ctx.beginPath();
      trace(frame, shape);
      ctx.globalAlpha = strong ? 0.4 : 0.18;
      if (shape.kind === "polygon") ctx.fill("evenodd");
      ctx.lineWidth = strong ? 12 : 8;
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.lineWidth = 1.5;
      ctx.stroke();
    }
  }
}
