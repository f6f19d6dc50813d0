// @ts-check
/** A canvas over the map on which a painter draws what is in view; it moves and grows with the map by itself. */

import L from "leaflet";

/** @typedef {import("../geometry/shapes.js").Box} Box */
/**
 * What a painter is given.
 * @typedef {object} Frame
 * @property {CanvasRenderingContext2D} ctx one unit is one CSS pixel
 * @property {number} zoom
 * @property {number} scale pixels of the whole world's width
 * @property {number} left x of the canvas in pixels of the world
 * @property {number} top y of the canvas in pixels of the world
 * @property {number} width
 * @property {number} height
 * @property {Box} box what the canvas shows
 */
/** @typedef {(frame: Frame) => void} Painter */

/** How far the canvas reaches beyond the view on each side, as a part of it, so that a drag shows no bare edge. */
const PADDING = 0.25;
/** More device pixels for a CSS pixel cost time and show nothing. */
const MOST_RATIO = 2;
const TILE = 256;

/**
 * The parts of Leaflet's Renderer used here that its types leave out.
 * @typedef {L.Renderer & {
 *   _map: L.Map & { _animatingZoom?: boolean },
 *   _container: HTMLCanvasElement,
 *   _bounds: L.Bounds | undefined,
 *   _zoom: number,
 * }} RendererInside
 */

const proto = /** @type {any} */ (L.Renderer.prototype);

export const Overlay = L.Renderer.extend({
  /**
   * @this {RendererInside & { paint: Painter }}
   * @param {Painter} paint
   * @param {L.RendererOptions} options
   */
  initialize(paint, options) {
    this.paint = paint;
    proto.initialize.call(this, { padding: PADDING, ...options });
  },

  /** @this {RendererInside} */
  _initContainer() {
    const canvas = document.createElement("canvas");
    canvas.className = "overlay";
    this._container = canvas;
  },

  /** @this {RendererInside & { waiting: number | null }} */
  _destroyContainer() {
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this._container.remove();
  },

  /** @this {RendererInside & { draw: () => void }} */
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    proto._update.call(this);
    this.draw();
  },

  /** Draw again soon; many wishes within one frame are one. @this {RendererInside & { waiting: number | null, draw: () => void }} */
  repaint() {
    if (!this._map || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      if (this._map && !this._map._animatingZoom) this.draw();
    });
  },

  /** @this {RendererInside & { paint: Painter }} */
  draw() {
    const bounds = this._bounds;
    if (!bounds?.min) return;
    const size = bounds.getSize();
    // A page shown larger on a wall has more device pixels for each of its own.
    const enlarged = Number(getComputedStyle(document.documentElement).getPropertyValue("--enlarged")) || 1;
    const ratio = Math.min((window.devicePixelRatio || 1) * enlarged, MOST_RATIO);
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, bounds.min);
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const zoom = this._zoom;
    const scale = TILE * 2 ** zoom;
    const origin = this._map.getPixelOrigin();
    const left = origin.x + bounds.min.x;
    const top = origin.y + bounds.min.y;
    this.paint({
      ctx,
      zoom,
      scale,
      left,
      top,
      width: size.x,
      height: size.y,
      box: [left / scale, top / scale, (left + size.x) / scale, (top + size.y) / scale],
    });
  },
});
