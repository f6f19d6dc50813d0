// @ts-check
/** A district on the map with its neighbours: its vertices are dragged, and jump onto the neighbours' borders. */

import L from "leaflet";
import "@geoman-io/leaflet-geoman-free";
import { isNarrow } from "../dom.js";
import { gettext } from "../text.js";
import { countPlaces, geometryOf, layerOf } from "./drawn.js";
import { GroundMap } from "./ground-map.js";

/** @typedef {import("./drawn.js").Drawn} Drawn */

const SNAP_PX = 18;
/** A surveyed border has thousands of vertices: then handles are shown for those about the pointer alone. */
const MANY = 400;
const MOST_HANDLES = 60;

export class DistrictMap extends GroundMap {
  /**
   * @param {HTMLElement} container
   * @param {import("../page.js").Page} page
   * @param {import("../data.js").CityData} data
   * @param {GeoJSON.Feature[]} neighbours
   * @param {(geometry: GeoJSON.Geometry) => void} changed
   */
  constructor(container, page, data, neighbours, changed) {
    super(container, page, data, () => {
      const margin = isNarrow() ? 8 : 24;
      return { top: margin, right: margin, bottom: margin, left: margin };
    });
    this.sheet = this.map.map;
    this.changed = changed;
    /** @type {Drawn | null} */
    this.own = null;
    this.sheet.pm.setLang(page.language === "en" ? "en" : "zh");
    this.sheet.pm.setGlobalOptions({
      snappable: true,
      snapDistance: SNAP_PX,
      allowSelfIntersection: true,
      continueDrawing: false,
      tooltips: false,
    });
    L.geoJSON(neighbours, {
      interactive: false,
      pmIgnore: true,
      snapIgnore: false,
      style: { className: "neighbour", fill: false },
    }).addTo(this.sheet);
    // Without a pointer over the map, as on a phone, the handles are those about its middle, or about the last touch.
    this.sheet.on("moveend", () => this.gatherHandles(this.sheet.getCenter()));
    this.sheet.on("click", ({ latlng }) => this.gatherHandles(latlng));
    this.sheet.on("pm:create", ({ layer }) => {
      const geometry = geometryOf(/** @type {Drawn} */ (layer));
      layer.remove();
      this.show(geometry);
      this.changed(geometry);
    });
  }

  draw() {
    this.sheet.pm.enableDraw("Polygon");
  }

  /** @param {GeoJSON.Geometry | null} geometry */
  show(geometry) {
    this.own?.pm.disable();
    this.own?.remove();
    this.own = null;
    if (!geometry) return;
    const layer = layerOf(geometry, "drawn chosen");
    layer.addTo(this.sheet);
    layer.pm.enable({
      snappable: true,
      snapDistance: SNAP_PX,
      allowSelfIntersection: true,
      limitMarkersToCount: countPlaces(geometry) > MANY ? MOST_HANDLES : -1,
    });
    const told = () => {
      this.changed(geometryOf(layer));
      this.nameHandles();
    };
    layer.on("pm:edit", told);
    layer.on("pm:vertexremoved", told);
    this.own = layer;
    this.nameHandles();
  }

  /** @param {L.LatLng} latlng */
  gatherHandles(latlng) {
    const pm = /** @type {any} */ (this.own?.pm);
    if (pm?.enabled() && pm.options.limitMarkersToCount > -1) pm.applyLimitFilters({ latlng });
    this.nameHandles();
  }

  goHome() {
    const layer = this.own;
    if (!layer || layer instanceof L.CircleMarker) this.map.showCity();
    else this.sheet.fitBounds(layer.getBounds().pad(0.1), { animate: false });
  }

  /** Handles are for a pointer: they have a name and are left out when one walks by keys. */
  nameHandles() {
    for (const handle of this.sheet.getContainer().querySelectorAll(".marker-icon")) {
      handle.setAttribute("aria-label", gettext("Vertex"));
      handle.setAttribute("tabindex", "-1");
    }
  }
}
