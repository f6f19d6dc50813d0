// @ts-check
/** The tools that draw: which is in the hand, what it asks for, detours that follow the roads, shapes that are split. */

import { byId } from "../dom.js";
import { formatNumber } from "../format.js";
import { gettext } from "../text.js";
import { RefusedError } from "./ask.js";

/** @typedef {"polygon" | "line" | "point" | "detour" | "split"} Tool */
/** @typedef {import("../geometry/measure.js").Place} Place */
/**
 * @typedef {object} Bench what the tools work on
 * @property {import("../format.js").Language} language
 * @property {import("./ask.js").ZoneServer} server
 * @property {import("../map/drawing.js").DrawingMap} map
 * @property {import("./history.js").History} drawn
 * @property {() => number | null} chosen key of the chosen part
 * @property {(geometry: GeoJSON.Geometry) => void} add something was drawn
 * @property {(geometry: GeoJSON.LineString, mode: string) => void} addDetour
 * @property {(key: number, pieces: GeoJSON.Geometry[]) => void} replace a part was split
 * @property {(error: unknown) => void} tellError
 */

export class Tools {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    /** The tool in the hand. @type {Tool | null} */
    this.tool = null;
    /** @type {Place[]} */
    this.stops = [];
    /** @type {GeoJSON.LineString | null} */
    this.route = null;
    for (const button of this.buttons()) {
      button.addEventListener("click", () => {
        const next = /** @type {Tool} */ (button.dataset.tool);
        this.start(this.tool === next ? null : next);
      });
    }
    byId("draw-cancel").addEventListener("click", () => this.start(null));
    byId("draw-finish").addEventListener("click", () => {
      if (this.tool !== "detour") {
        bench.map.finish();
        return;
      }
      const found = this.route;
      this.start(null);
      if (found) bench.addDetour(found, detourMode());
    });
    byId("detour-mode").addEventListener("change", () => {
      if (this.stops.length > 1) this.findRoute();
    });
  }

  buttons() {
    return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-tool]"));
  }

  /** @param {Tool | null} next */
  start(next) {
    const { map, chosen } = this.bench;
    this.stops = [];
    this.route = null;
    this.tool = next;
    map.cancel();
    if (next === "split" && chosen() === null) {
      this.tool = null;
      hint(gettext("Choose the shape to split first: touch it on the map or in the list."));
    } else if (next === "detour") {
      map.gatherStops();
      hint(gettext("Touch where the detour begins, what it passes, and where it ends. It follows the roads."));
    } else if (next === "split") {
      map.draw("line");
      hint(gettext("Draw a line right across the shape; finish it by touching its last point."));
    } else if (next === "point") {
      map.draw("point");
      hint(gettext("Touch the place."));
    } else if (next) {
      map.draw(next);
      hint(
        next === "polygon"
          ? gettext("Touch the corners one after the other, and the first again to finish.")
          : gettext("Touch the points of the line, and the last again to finish."),
      );
    } else hint(null);
    for (const button of this.buttons()) button.setAttribute("aria-pressed", String(button.dataset.tool === this.tool));
    byId("detour-mode-field").hidden = this.tool !== "detour";
    byId("draw-finish").hidden = this.tool === null || this.tool === "point";
  }

  /** @param {GeoJSON.Geometry} geometry what the map says was drawn */
  async finish(geometry) {
    const using = this.tool;
    const target = this.bench.chosen();
    this.start(null);
    if (using === "split" && target !== null) await this.split(target, /** @type {GeoJSON.LineString} */ (geometry));
    else this.bench.add(geometry);
  }

  /**
   * @param {number} key
   * @param {GeoJSON.LineString} line
   */
  async split(key, line) {
    const { drawn, server, replace, tellError } = this.bench;
    const part = drawn.parts.find((one) => one.key === key);
    if (!part) return;
    try {
      const { pieces } = await server.split(part.geometry, line);
      replace(key, pieces);
    } catch (error) {
      tellError(error);
    }
  }

  /** @param {Place} place */
  async addStop(place) {
    this.stops.push(place);
    this.bench.map.showStops(this.stops);
    if (this.stops.length > 1) await this.findRoute();
  }

  async findRoute() {
    const { drawn, language, map, server, tellError } = this.bench;
    const closed = drawn.parts
      .filter(({ role }) => role === "taken" || role === "footprint")
      .map(({ geometry, width_m }) => ({ geometry, width_m }));
    try {
      const found = await server.detour({ stops: this.stops, mode: detourMode(), closed });
      this.route = found.geometry;
      map.showPreview(this.route);
      hint(
        gettext("%(metres)s m by %(roads)s. Touch further places, or finish.", {
          metres: formatNumber(found.length_m),
          roads: found.roads.join(language === "en" ? ", " : "、") || "–",
        }),
      );
    } catch (error) {
      if (error instanceof RefusedError) {
        this.stops.pop();
        map.showStops(this.stops);
        hint(error.message);
      } else tellError(error);
    }
  }
}

/** @param {string | null} text */
function hint(text) {
  byId("draw-hint").hidden = text === null;
  byId("draw-hint-words").textContent = text ?? "";
}

/** @returns {string} */
function detourMode() {
  return /** @type {HTMLSelectElement} */ (byId("detour-mode")).value;
}
