// @ts-check
/** The map itself: where it looks, what is painted on it, where it was touched. Calls of the map library are here, in overlay.js and where shapes are drawn. */

import L from "leaflet";
import { unitX, unitY } from "../geometry/mercator.js";
import { Overlay } from "./overlay.js";

/** @typedef {import("./overlay.js").Painter} Painter */
/** @typedef {import("../address.js").View} View */
/** @typedef {[west: number, south: number, east: number, north: number]} Extent degrees */
/** @typedef {{ top: number, right: number, bottom: number, left: number }} Insets pixels covered by panels */
/** @typedef {{ repaint: () => void }} Layer */
/** @typedef {{ x: number, y: number, scale: number, touch: boolean }} Touch a place in unit Mercator, the scale of the map there */

const CLOSEST = 18;
const FURTHEST = 8;
/** A project's site fills the screen no more than this. */
const CLOSEST_FIT = 16;

export class CityMap {
  /**
   * @param {HTMLElement} container
   * @param {{ extent: Extent, view: View | null, insets: () => Insets, calm: boolean }} options
   *   calm: nothing moves by itself
   */
  constructor(container, options) {
    this.extent = options.extent;
    this.insets = options.insets;
    this.calm = options.calm;
    this.map = L.map(container, {
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      zoomDelta: 1,
      wheelPxPerZoomLevel: 100,
      minZoom: FURTHEST,
      maxZoom: CLOSEST,
      zoomAnimation: !options.calm,
      fadeAnimation: false,
      inertia: !options.calm,
      keyboardPanDelta: 120,
    });
    const [west, south, east, north] = options.extent;
    this.map.setMaxBounds(L.latLngBounds([south, west], [north, east]).pad(0.6));
    if (options.view) this.map.setView([options.view.lat, options.view.lon], options.view.zoom, { animate: false });
    else this.showExtent(options.extent, false);
  }

  /**
   * Add a canvas; later ones lie above earlier ones.
   * @param {string} name
   * @param {Painter} paint
   * @returns {Layer}
   */
  addLayer(name, paint) {
    const pane = this.map.createPane(name);
    pane.classList.add("painted");
    return new /** @type {any} */ (Overlay)(paint, { pane: name }).addTo(this.map);
  }

  /** @returns {Extent} what the map shows */
  shownExtent() {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** @returns {View} */
  view() {
    const { lat, lng } = this.map.getCenter();
    return { lat, lon: lng, zoom: this.map.getZoom() };
  }

  /** @param {View} view */
  showView(view) {
    this.map.setView([view.lat, view.lon], view.zoom, { animate: false });
  }

  /**
   * Show an extent in the part of the map that no panel covers.
   * @param {Extent} extent
   * @param {boolean} [animate]
   */
  showExtent([west, south, east, north], animate = true) {
    const { top, right, bottom, left } = this.insets();
    this.map.fitBounds(L.latLngBounds([south, west], [north, east]), {
      paddingTopLeft: [left, top],
      paddingBottomRight: [right, bottom],
      maxZoom: CLOSEST_FIT,
      animate: animate && !this.calm,
    });
  }

  showCity() {
    this.showExtent(this.extent);
  }

  /**
   * Bring a place into the uncovered part, at least as close as `zoom`.
   * @param {number} lon
   * @param {number} lat
   * @param {number} zoom
   */
  showPlace(lon, lat, zoom) {
    const { top, right, bottom, left } = this.insets();
    const closer = Math.max(zoom, this.map.getZoom());
    const point = this.map.project([lat, lon], closer).add([(right - left) / 2, (bottom - top) / 2]);
    this.map.setView(this.map.unproject(point, closer), closer, { animate: !this.calm });
  }

  /**
   * Whether a place is in the uncovered part of the map.
   * @param {number} lon
   * @param {number} lat
   * @returns {boolean}
   */
  isInSight(lon, lat) {
    const { top, right, bottom, left } = this.insets();
    const size = this.map.getSize();
    const point = this.map.latLngToContainerPoint([lat, lon]);
    return point.x > left && point.x < size.x - right && point.y > top && point.y < size.y - bottom;
  }

  /**
   * The part of the city that no panel covers.
   * @returns {Extent}
   */
  seen() {
    const { top, right, bottom, left } = this.insets();
    const size = this.map.getSize();
    const at = (/** @type {number} */ x, /** @type {number} */ y) => this.map.containerPointToLatLng([x, y]);
    // Panels keep a margin to what is shown; what is seen goes to their very edge.
    const northWest = at(Math.max(0, left - 24), Math.max(0, top - 24));
    const southEast = at(Math.min(size.x, size.x - right + 24), Math.min(size.y, size.y - bottom + 24));
    return [northWest.lng, southEast.lat, southEast.lng, northWest.lat];
  }

  closer() {
    this.map.zoomIn();
  }

  further() {
    this.map.zoomOut();
  }

  /** @param {() => void} listener called when the map came to rest somewhere else */
  onMove(listener) {
    this.map.on("moveend", listener);
  }

  /** @param {(touch: Touch) => void} listener */
  onTouch(listener) {
    this.map.on("click", (event) => listener(this.touchOf(event)));
  }

  /**
   * @param {(touch: Touch | null, at: { x: number, y: number } | null) => void} listener
   *   called when the pointer stands still over a place, and with null when it leaves
   */
  onPoint(listener) {
    let waiting = 0;
    this.map.on("mousemove", (event) => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => listener(this.touchOf(event), event.containerPoint));
    });
    const leave = () => {
      cancelAnimationFrame(waiting);
      listener(null, null);
    };
    this.map.on("mouseout dragstart zoomstart", leave);
  }

  /** @param {boolean} on whether the pointer stands over something that can be chosen */
  showPointer(on) {
    this.map.getContainer().classList.toggle("over-something", on);
  }

  /** The box that holds the map has another size. */
  resized() {
    this.map.invalidateSize({ pan: false });
  }

  /**
   * Metres that one pixel shows in the middle of the map.
   * @returns {number}
   */
  metresPerPixel() {
    const size = this.map.getSize().divideBy(2);
    const a = this.map.containerPointToLatLng(size);
    const b = this.map.containerPointToLatLng(size.add([100, 0]));
    return a.distanceTo(b) / 100;
  }

  /**
   * @param {L.LeafletMouseEvent} event
   * @returns {Touch}
   */
  touchOf(event) {
    const { lat, lng } = event.latlng;
    const original = /** @type {PointerEvent} */ (event.originalEvent);
    return {
      x: unitX(lng),
      y: unitY(lat),
      scale: 256 * 2 ** this.map.getZoom(),
      touch: original.pointerType === "touch",
    };
  }
}
