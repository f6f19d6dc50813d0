// @ts-check
/** The map to draw on. All calls of the drawing library (Leaflet-Geoman) are here; elsewhere shapes are GeoJSON. */

import L from "leaflet";
import "@geoman-io/leaflet-geoman-free";
import { isNarrow } from "../dom.js";
import { stripOf } from "../geometry/measure.js";
import { gettext } from "../text.js";
import { countPlaces, geometryOf, layerOf, POINT_PX } from "./drawn.js";
import { SurroundedMap } from "./surrounded-map.js";

/** @typedef {import("../geometry/measure.js").Place} Place */
/** @typedef {import("../zoning/history.js").Part} Part */
/** @typedef {import("./drawn.js").Drawn} Drawn */
/** @typedef {"polygon" | "line" | "point"} Form */
/**
 * @typedef {object} Listener
 * @property {(geometry: GeoJSON.Geometry) => void} drawn a new shape is finished
 * @property {(key: number, geometry: GeoJSON.Geometry) => void} edited
 * @property {(key: number, geometry: GeoJSON.Geometry) => void} moving a vertex is being dragged
 * @property {(key: number) => void} chosen
 * @property {(place: Place) => void} stop the map was touched while stops are gathered
 */

const SNAP_PX = 18;
const SHAPES = /** @type {const} */ ({ polygon: "Polygon", line: "Line", point: "CircleMarker" });

/** Shapes of more vertices have handles at these alone, and none between them. */
const MOST_MIDDLES = 24;

export class DrawingMap extends SurroundedMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {Listener} listener
   */
  constructor(container, page, data, listener) {
    super(container, page, data, () =>
      isNarrow() ? { top: 56, right: 16, bottom: 16, left: 16 } : { top: 72, right: 64, bottom: 40, left: 40 },
    );
    this.listener = listener;
    /** @type {Map<number, { part: Part, layer: Drawn, strip: L.Polygon | null }>} */
    this.shown = new Map();
    this.stops = L.layerGroup().addTo(this.sheet);
    this.preview = L.layerGroup().addTo(this.sheet);
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
    const geometry = geometryOf(layer);
    layer.remove();
    this.drawing = null;
    this.listener.drawn(geometry);
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
    const layer = layerOf(geometry, "drawn-line");
    layer.options.interactive = false;
    layer.options.pmIgnore = true;
    layer.addTo(this.preview);
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
    const layer = layerOf(part.geometry, `drawn part-${part.role}`);
    layer.addTo(this.sheet);
    const shown = { part, layer, strip: null };
    this.shown.set(part.key, shown);
    layer.on("click", (event) => {
      if (this.drawing) return;
      L.DomEvent.stopPropagation(event);
      this.listener.chosen(part.key);
    });
    layer.on("pm:change", () => {
      const geometry = geometryOf(layer);
      this.showStrip(part.key, geometry);
      this.listener.moving(part.key, geometry);
    });
    layer.on("pm:edit", () => {
      const geometry = geometryOf(layer);
      // The layer shows this very shape already: it is not made anew while it is being worked on.
      shown.part = { ...shown.part, geometry };
      this.showStrip(part.key, geometry);
      this.listener.edited(part.key, geometry);
      this.nameHandles();
    });
    this.showStrip(part.key, part.geometry);
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

  /** @param {GeoJSON.Geometry} geometry */
  showGeometry(geometry) {
    const bounds = L.geoJSON(geometry).getBounds();
    if (bounds.isValid()) this.showBounds(bounds);
  }

  /** Where all that is drawn is seen. */
  goHome() {
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
}
