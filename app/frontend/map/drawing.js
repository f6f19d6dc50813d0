// @ts-check
/** The map to draw on. All calls of the drawing library (Leaflet-Geoman) are here; elsewhere shapes are GeoJSON. */

import L from "leaflet";
import "@geoman-io/leaflet-geoman-free";
import { byId, isNarrow, wantsCalm } from "../dom.js";
import { stripOf } from "../geometry/measure.js";
import { latOf, lonOf } from "../geometry/mercator.js";
import { boxesMeet, readShape } from "../geometry/shapes.js";
import { gettext } from "../text.js";
import { CityMap } from "./city-map.js";
import { paintGround } from "./ground.js";
import { readPalette } from "./palette.js";
import { isInView, trace } from "./pen.js";
import { paintSites } from "./zone-painters.js";
import { ZONE_LAYERS, Zones } from "./zones.js";

/** @typedef {import("../geometry/measure.js").Place} Place */
/** @typedef {import("../zoning/history.js").Part} Part */
/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {"polygon" | "line" | "point"} Form */
/**
 * @typedef {object} Listener
 * @property {(geometry: GeoJSON.Geometry) => void} drawn a new shape is finished
 * @property {(key: number, geometry: GeoJSON.Geometry) => void} edited
 * @property {(key: number, geometry: GeoJSON.Geometry) => void} moving a vertex is being dragged
 * @property {(key: number) => void} chosen
 * @property {(place: Place) => void} stop the map was touched while stops are gathered
 */

const DECIMALS = 7;
const SNAP_PX = 18;
/** Roads and outlines are snapped to from this zoom on, and at most so many of them. */
const SNAP_FROM_ZOOM = 14;
const MOST_SNAPS = 400;
const POINT_PX = 9;
const SHAPES = /** @type {const} */ ({ polygon: "Polygon", line: "Line", point: "CircleMarker" });

/** Shapes of more vertices have handles at these alone, and none between them. */
const MOST_MIDDLES = 24;

/**
 * @param {GeoJSON.Geometry} geometry
 * @returns {number}
 */
function countPlaces(geometry) {
  if (!("coordinates" in geometry)) return 0;
  return geometry.coordinates.flat(3).length / 2;
}

/** @typedef {L.Polygon | L.Polyline | L.CircleMarker} Drawn */

export class DrawingMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {Listener} listener
   */
  constructor(container, page, data, listener) {
    this.data = data;
    this.listener = listener;
    this.palette = readPalette(document.documentElement);
    this.neighbours = new Zones();
    this.neighbours.words = { letters: page.codes.letter ?? {} };
    this.neighbours.on = ZONE_LAYERS;
    this.neighbours.day = page.today;
    /** @type {import("../data.js").Feature[]} */
    this.sites = [];
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
        isNarrow() ? { top: 56, right: 16, bottom: 16, left: 16 } : { top: 72, right: 64, bottom: 40, left: 40 },
      calm: wantsCalm(),
    });
    this.sheet = this.map.map;
    /** @type {{ shape: import("../geometry/shapes.js").Shape, strong: boolean }[]} */
    this.shared = [];
    this.layers = [
      this.map.addLayer("ground", (frame) => paintGround(frame, this.ground, this.palette)),
      this.map.addLayer("neighbours", (frame) => this.paintNeighbours(frame)),
      this.map.addLayer("shared", (frame) => this.paintShared(frame)),
    ];
    /** @type {Map<number, { part: Part, layer: Drawn, strip: L.Polygon | null }>} */
    this.shown = new Map();
    this.snaps = L.layerGroup().addTo(this.sheet);
    this.stops = L.layerGroup().addTo(this.sheet);
    this.preview = L.layerGroup().addTo(this.sheet);
    this.snapping = true;
    /** @type {Form | "stops" | null} */
    this.drawing = null;
    /** @type {number | null} */
    this.chosen = null;
    this.sheet.pm.setLang(page.language === "en" ? "en" : "zh");
    this.setOptions();
    this.sheet.on("pm:create", ({ layer }) => this.finished(/** @type {Drawn} */ (layer)));
    this.sheet.on("click", ({ latlng }) => {
      if (this.drawing === "stops") this.listener.stop([latlng.lng, latlng.lat]);
    });
    this.map.onMove(() => this.gatherSnaps());
    window.addEventListener("resize", () => this.map.resized());
    byId("zoom-in").addEventListener("click", () => this.map.closer());
    byId("zoom-out").addEventListener("click", () => this.map.further());
    byId("zoom-home").addEventListener("click", () => this.showAll());
  }

  /** Read the base map and the zones about; each layer is drawn as it comes. */
  async readGround() {
    const ground = /** @type {const} */ (["ground", "districts", "roads"]);
    await Promise.all([
      ...ground.map(async (layer) => {
        this.ground[layer] = await this.data.layer(layer);
        this.layers[0]?.repaint();
      }),
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
    document.documentElement.classList.add("map-drawn");
  }

  /** @param {string} day the zones of this day are shown about the one that is drawn */
  showDay(day) {
    if (this.neighbours.day === day) return;
    this.neighbours.day = day;
    this.layers[1]?.repaint();
    this.gatherSnaps();
  }

  /** @param {boolean} on whether new vertices jump to roads and neighbours */
  setSnapping(on) {
    this.snapping = on;
    this.setOptions();
    this.gatherSnaps();
    const chosen = this.chosen;
    this.choose(null);
    this.choose(chosen);
  }

  setOptions() {
    this.sheet.pm.setGlobalOptions({
      snappable: this.snapping,
      snapDistance: SNAP_PX,
      allowSelfIntersection: true,
      continueDrawing: false,
      tooltips: false,
      templineStyle: { className: "drawn-line" },
      hintlineStyle: { className: "drawn-line", dashArray: "4 6" },
      pathOptions: { className: "drawn" },
    });
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
   * Begin to draw.
   * @param {Form} form
   */
  draw(form) {
    this.cancel();
    this.drawing = form;
    this.sheet.pm.enableDraw(SHAPES[form], form === "point" ? { pathOptions: { radius: POINT_PX } } : {});
  }

  /** Gather places by touches. */
  gatherStops() {
    this.cancel();
    this.drawing = "stops";
    this.map.showPointer(true);
  }

  /** Finish the shape as far as it is drawn, as a touch on its last vertex would. */
  finish() {
    const form = this.drawing;
    if (form === null || form === "stops" || form === "point") return;
    /** @type {any} */ (this.sheet.pm.Draw)[SHAPES[form]]._finishShape();
  }

  cancel() {
    this.sheet.pm.disableDraw();
    this.drawing = null;
    this.map.showPointer(false);
    this.stops.clearLayers();
    this.preview.clearLayers();
  }

  /** @param {Drawn} layer */
  finished(layer) {
    const { geometry } = layer.toGeoJSON(DECIMALS);
    layer.remove();
    this.drawing = null;
    this.listener.drawn(/** @type {GeoJSON.Geometry} */ (geometry));
  }

  /**
   * @param {Place[]} places
   */
  showStops(places) {
    this.stops.clearLayers();
    places.forEach(([lon, lat], i) => {
      L.marker([lat, lon], {
        icon: L.divIcon({ className: "stop", html: String(i + 1), iconSize: [24, 24] }),
        interactive: false,
        keyboard: false,
        pmIgnore: true,
      }).addTo(this.stops);
    });
  }

  /**
   * A shape that may be taken; null takes it away.
   * @param {GeoJSON.Geometry | null} geometry
   */
  showPreview(geometry) {
    this.preview.clearLayers();
    if (!geometry) return;
    const layer = this.layerOf(geometry, "drawn-line");
    layer.options.interactive = false;
    layer.options.pmIgnore = true;
    layer.addTo(this.preview);
  }

  /**
   * @param {GeoJSON.Geometry} geometry
   * @param {string} className
   * @returns {Drawn}
   */
  layerOf(geometry, className) {
    if (geometry.type === "Point") {
      const [lon = 0, lat = 0] = geometry.coordinates;
      return L.circleMarker([lat, lon], { radius: POINT_PX, className });
    }
    const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[
      /** @type {"LineString"} */ (geometry.type)
    ];
    const { coordinates } = /** @type {GeoJSON.LineString} */ (geometry);
    const latlngs = /** @type {any} */ (L.GeoJSON.coordsToLatLngs(coordinates, depth));
    if (geometry.type.endsWith("Polygon")) return L.polygon(latlngs, { className });
    return /** @type {L.Polyline} */ (L.polyline(latlngs, { className }));
  }

  /**
   * Show exactly these parts; the chosen one has handles at its vertices.
   * @param {readonly Part[]} parts
   * @param {number | null} chosen
   */
  showParts(parts, chosen) {
    const wanted = new Map(parts.map((part) => [part.key, part]));
    for (const [key, { part, layer, strip }] of this.shown) {
      const now = wanted.get(key);
      if (now && now.geometry === part.geometry && now.role === part.role) continue;
      layer.pm.disable();
      layer.remove();
      strip?.remove();
      this.shown.delete(key);
      if (this.chosen === key) this.chosen = null;
    }
    for (const part of parts) {
      const known = this.shown.get(part.key);
      if (known) {
        known.part = part;
        this.showStrip(part.key, part.geometry);
      } else this.showPart(part);
    }
    this.choose(chosen);
  }

  /** @param {Part} part */
  showPart(part) {
    const layer = this.layerOf(part.geometry, `drawn part-${part.role}`);
    layer.addTo(this.sheet);
    const shown = { part, layer, strip: null };
    this.shown.set(part.key, shown);
    layer.on("click", (event) => {
      if (this.drawing) return;
      L.DomEvent.stopPropagation(event);
      this.listener.chosen(part.key);
    });
    layer.on("pm:change", () => {
      const geometry = this.geometryOf(layer);
      this.showStrip(part.key, geometry);
      this.listener.moving(part.key, geometry);
    });
    layer.on("pm:edit", () => {
      const geometry = this.geometryOf(layer);
      // The layer shows this very shape already: it is not made anew while it is being worked on.
      shown.part = { ...shown.part, geometry };
      this.showStrip(part.key, geometry);
      this.listener.edited(part.key, geometry);
      this.nameHandles();
    });
    this.showStrip(part.key, part.geometry);
  }

  /**
   * @param {Drawn} layer
   * @returns {GeoJSON.Geometry}
   */
  geometryOf(layer) {
    return /** @type {GeoJSON.Geometry} */ (layer.toGeoJSON(DECIMALS).geometry);
  }

  /**
   * A line with a width is shown as wide as it is.
   * @param {number} key
   * @param {GeoJSON.Geometry} geometry
   */
  showStrip(key, geometry) {
    const shown = this.shown.get(key);
    if (!shown) return;
    shown.strip?.remove();
    shown.strip = null;
    const width = shown.part.width_m;
    if (!width || !geometry.type.endsWith("LineString")) return;
    const lines = /** @type {Place[][]} */ (
      geometry.type === "LineString"
        ? [geometry.coordinates]
        : /** @type {GeoJSON.MultiLineString} */ (geometry).coordinates
    );
    const rings = lines.map((line) => stripOf(line, width).map(([lon, lat]) => [lat, lon]));
    shown.strip = L.polygon(/** @type {any} */ (rings.map((ring) => [ring])), {
      className: `strip part-${shown.part.role}`,
      interactive: false,
      pmIgnore: true,
      snapIgnore: true,
    }).addTo(this.sheet);
    shown.strip.bringToBack();
  }

  /** @param {number | null} key */
  choose(key) {
    if (this.chosen === key) return;
    const before = this.chosen === null ? null : this.shown.get(this.chosen);
    before?.layer.pm.disable();
    before?.layer.getElement()?.classList.remove("chosen");
    this.chosen = key;
    const now = key === null ? null : this.shown.get(key);
    if (!now) return;
    const vertices = countPlaces(now.part.geometry);
    now.layer.pm.enable({
      snappable: this.snapping,
      allowSelfIntersection: true,
      hideMiddleMarkers: vertices > MOST_MIDDLES,
    });
    now.layer.getElement()?.classList.add("chosen");
    this.nameHandles();
  }

  /** Handles are for a pointer: they have a name and are left out when one walks by keys; the form does all they do. */
  nameHandles() {
    for (const handle of this.sheet.getContainer().querySelectorAll(".marker-icon")) {
      handle.setAttribute("aria-label", gettext("Vertex"));
      handle.setAttribute("tabindex", "-1");
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

  /** @param {GeoJSON.Geometry} geometry */
  showGeometry(geometry) {
    const bounds = L.geoJSON(geometry).getBounds();
    if (bounds.isValid()) this.showBounds(bounds);
  }

  showAll() {
    const bounds = L.latLngBounds([]);
    for (const { layer } of this.shown.values()) {
      if (layer instanceof L.CircleMarker) bounds.extend(layer.getLatLng());
      else bounds.extend(layer.getBounds());
    }
    if (bounds.isValid()) this.showBounds(bounds);
    else this.map.showCity();
  }

  /**
   * Closer than other maps go: what is drawn may be a pit of some metres.
   * @param {L.LatLngBounds} bounds
   */
  showBounds(bounds) {
    const { top, right, bottom, left } = this.map.insets();
    this.sheet.fitBounds(bounds.pad(0.3), {
      paddingTopLeft: [left, top],
      paddingBottomRight: [right, bottom],
      animate: false,
    });
  }

  recolour() {
    this.palette = readPalette(document.documentElement);
    for (const layer of this.layers) layer.repaint();
  }
}
