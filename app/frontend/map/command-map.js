// @ts-check
/** The command's map: which painters lie over one another, what a touch chooses, what moves into sight. */

import { isNarrow, wantsCalm } from "../dom.js";
import { findSites } from "../filters.js";
import { latOf, lonOf, unitX, unitY } from "../geometry/mercator.js";
import { boxesMeet, joinBoxes, middleBox } from "../geometry/shapes.js";
import { startTip } from "../panels/tip.js";
import { findShares } from "../shares.js";
import { layTiles } from "./base-map.js";
import { CityMap } from "./city-map.js";
import { takePicture } from "./city-picture.js";
import { describeHit } from "./describe.js";
import { emptyGround, paintGround } from "./ground.js";
import { paintMeasure } from "./measure-painter.js";
import { readPalette } from "./palette.js";
import { paintRoad } from "./road-painter.js";
import { startScale } from "./scale.js";
import { paintShares } from "./share-painter.js";
import { paintMarks, paintSites } from "./site-painter.js";
import { FOOTPRINTS_FROM, Sites } from "./sites.js";
import { readForms } from "./symbols.js";
import { ZONE_LAYERS, Zones } from "./zones.js";

/** @typedef {import("./city-map.js").Touch} Touch */
/** @typedef {import("./city-map.js").Extent} Extent */
/** @typedef {import("./sites.js").ClusterHit | import("./sites.js").SiteHit | import("./zones.js").ZoneHit} Hit */
/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../data.js").CityData} CityData */
/**
 * @typedef {object} Hooks
 * @property {import("../address.js").View | null} view
 * @property {(error: unknown) => void} away
 * @property {(name: string) => void} baseAway tiles of a base map do not come
 * @property {(code: string) => void} openProject
 * @property {() => void} moved
 * @property {(touch: Touch) => boolean} touched a tool that takes touches for itself says so
 */

const NEAR_ZOOM = 15;
/** Shapes of sites are asked for a little before they are drawn. */
const FOOTPRINTS_READ_FROM = FOOTPRINTS_FROM - 0.75;

export class CommandMap {
  /**
   * @param {HTMLElement} container
   * @param {Page} page
   * @param {PageStore} store
   * @param {CityData} data
   * @param {Hooks} hooks
   */
  constructor(container, page, store, data, hooks) {
    this.page = page;
    this.store = store;
    this.data = data;
    this.hooks = hooks;
    this.palette = readPalette(document.documentElement);
    this.forms = readForms(document);
    this.sites = new Sites();
    this.zones = new Zones();
    this.zones.words = { letters: page.codes.letter ?? {} };
    /** @type {Map<string, import("../shares.js").Share>} */
    this.shares = new Map();
    /** @type {import("../panels/measure.js").Measured | null} */
    this.measured = null;
    /** The shapes of the sites that are drawn, once they are read. @type {import("../data.js").Feature[] | null} */
    this.footprints = null;
    /** A road that waits for the roads to be read. @type {string | null} */
    this.roadToShow = null;
    this.ground = emptyGround(page.language);
    this.map = new CityMap(container, {
      extent: page.city.bbox,
      view: hooks.view,
      insets: () => this.insets(),
      calm: wantsCalm(),
    });
    this.layers = {
      ground: this.map.addLayer("ground", (frame) => paintGround(frame, this.ground, this.palette)),
      shares: this.map.addLayer("shares", (frame) => this.paintShares(frame)),
      zones: this.map.addLayer("zones", (frame) => this.zones.paint(frame, this.palette)),
      marks: this.map.addLayer("marks", (frame) => this.paintMarks(frame)),
      sites: this.map.addLayer("sites", (frame) => this.paintSites(frame)),
    };
    this.tip = startTip(/** @type {HTMLElement} */ (container.parentElement));
    /** A project that waits for its sites to be read. @type {string | null} */
    this.toShow = hooks.view ? null : store.state.project;
    /** Nobody has said yet where to look: the map opens where most sites are. */
    this.undecided = !hooks.view && !store.state.project;
    /** Site pointed at on the map. */
    this.pointed = 0;
    startScale(this.map);
    this.showBase(store.state.base);
    this.listen();
  }

  listen() {
    const { map, store } = this;
    map.onTouch((touch) => this.hooks.touched(touch) || this.choose(this.hit(touch)));
    map.onPoint((touch, at) => this.point(touch ? this.hit(touch) : null, at));
    map.onMove(() => {
      this.readFootprints();
      this.lookAround();
      if (this.measured) this.layers.marks.repaint();
      if (!this.ready) return;
      this.undecided = false;
      this.hooks.moved();
    });
    this.ready = false;
    requestAnimationFrame(() => {
      this.ready = true;
    });
    window.addEventListener("resize", () => map.resized());
    document.getElementById("zoom-in")?.addEventListener("click", () => map.closer());
    document.getElementById("zoom-out")?.addEventListener("click", () => map.further());
    document.getElementById("zoom-home")?.addEventListener("click", () => map.showCity());
    store.listen((state, changed) => {
      if (changed.has("layers")) this.readLayers();
      if (changed.has("opacity")) {
        this.zones.opacity = state.opacity;
        this.ground.opacity = state.opacity;
        for (const layer of [this.layers.ground, this.layers.shares, this.layers.zones]) layer.repaint();
      }
      if (changed.has("bySize")) {
        this.sites.bySize = state.bySize;
        this.layers.sites.repaint();
      }
      if (changed.has("base")) this.showBase(state.base);
      if (changed.has("within")) this.lookAround();
      if (changed.has("day")) {
        this.zones.day = state.day;
        this.layers.zones.repaint();
      }
      // Another board always brings another list of what is shown, one round later.
      if (changed.has("shown")) this.showStatuses();
      if (["project", "zone", "hovered", "road"].some((name) => changed.has(/** @type {any} */ (name)))) {
        this.layers.marks.repaint();
      }
      if (changed.has("projects") && this.toShow) this.showProject(this.toShow);
    });
    this.zones.day = store.state.day;
    this.zones.opacity = store.state.opacity;
    this.ground.opacity = store.state.opacity;
    this.sites.bySize = store.state.bySize;
  }

  /**
   * Lay another base map under everything, or none but the built-in one.
   * @param {string | null} code
   */
  showBase(code) {
    const base = this.page.bases.find((one) => one.code === code) ?? null;
    this.tiles = layTiles(this.map.map, this.tiles ?? [], base, () => this.hooks.baseAway(base?.name ?? ""));
    this.ground.bare = base !== null;
    this.layers.ground.repaint();
    const credit = document.getElementById("credit");
    if (credit)
      credit.textContent = base ? [base.attribution, base.approval].filter(Boolean).join(" · ") : this.page.approval;
  }

  /** Sites are drawn as they are from near by; their shapes come when somebody is near. */
  async readFootprints() {
    if (this.map.view().zoom < FOOTPRINTS_READ_FROM || this.sites.all.size === 0) return;
    try {
      const features = await this.data.layer("footprints");
      if (features === this.footprints) return;
      this.footprints = features;
      this.sites.setFootprints(features);
      this.layers.sites.repaint();
      this.layers.marks.repaint();
    } catch (error) {
      this.hooks.away(error);
    }
  }

  /** Tell which projects have a site in view, if somebody wants to know. */
  lookAround() {
    if (!this.store.state.within) {
      if (this.store.state.inView) this.store.set({ inView: null });
      return;
    }
    const [west, south, east, north] = this.map.shownExtent();
    /** @type {import("../geometry/shapes.js").Box} */
    const box = [unitX(west), unitY(north), unitX(east), unitY(south)];
    /** @type {Set<number>} */
    const inView = new Set();
    for (const site of this.sites.all.values()) if (boxesMeet(site.box, box)) inView.add(site.project);
    this.store.set({ inView });
  }

  /** @param {import("../panels/measure.js").Measured | null} measured */
  showMeasured(measured) {
    this.measured = measured;
    this.layers.marks.repaint();
  }

  /** @param {import("./overlay.js").Frame} frame */
  paintSites(frame) {
    paintSites(frame, this.sites, this.palette, this.forms);
    const { board } = this.store.state;
    if (!board || this.sites.all.size === 0) return;
    const root = document.documentElement;
    if (!root.dataset.painted) performance.mark("coloured");
    // Which day's lamps are on the screen, for whoever waits for them.
    root.dataset.painted = board.day;
  }

  /** @param {import("./overlay.js").Frame} frame */
  paintShares(frame) {
    if (!this.store.state.layers.includes("red_shares")) {
      frame.ctx.clearRect(0, 0, frame.width, frame.height);
      return;
    }
    paintShares(frame, this.ground.districts, this.shares, this.palette, (this.zones.opacity.red_shares ?? 100) / 100);
  }

  /** Read the shapes that are switched on, and draw each layer as it comes. */
  async readLayers() {
    const { layers } = this.store.state;
    this.zones.on = layers;
    this.ground.showDistricts = layers.includes("districts");
    this.ground.showRoads = layers.includes("roads");
    this.layers.ground.repaint();
    this.layers.shares.repaint();
    this.layers.zones.repaint();
    const wanted = ["sites", "ground", "districts", "roads", ...ZONE_LAYERS.filter((layer) => layers.includes(layer))];
    await Promise.all(wanted.map((layer) => this.readLayer(layer)));
    document.getElementById("map-waiting")?.remove();
    document.documentElement.classList.add("map-drawn");
  }

  /** @param {string} layer */
  async readLayer(layer) {
    try {
      const features = await this.data.layer(layer);
      if (layer === "sites") {
        this.sites.setShapes(features);
        this.footprints = null;
        this.readFootprints();
        this.lookAround();
        this.layers.sites.repaint();
        this.layers.marks.repaint();
        if (this.toShow) this.showProject(this.toShow);
        else if (this.undecided) this.showMost();
      } else if (layer === "ground" || layer === "districts" || layer === "roads") {
        this.ground[layer] = features;
        this.layers.ground.repaint();
        if (layer === "districts") this.layers.shares.repaint();
        if (layer === "roads" && this.roadToShow) this.showRoad(this.roadToShow);
      } else {
        this.zones.layers.set(layer, features);
        this.layers.zones.repaint();
      }
    } catch (error) {
      this.hooks.away(error);
    }
  }

  /** Look at the middle four fifths of the sites; those far out are a step back away. */
  showMost() {
    this.undecided = false;
    const box = middleBox([...this.sites.all.values()], 0.1);
    if (!box) return;
    this.ready = false;
    this.map.showExtent([lonOf(box[0]), latOf(box[3]), lonOf(box[2]), latOf(box[1])], false);
    this.ready = true;
  }

  showStatuses() {
    const { board, shown, filters } = this.store.state;
    if (!board) return;
    this.sites.setStatuses(board.sites, findSites(shown, board.sites, filters));
    this.layers.sites.repaint();
    this.shares = findShares(this.store.state.projects, board.projects, filters, board.day);
    this.layers.shares.repaint();
  }

  /** The page has other colours. */
  recolour() {
    this.palette = readPalette(document.documentElement);
    for (const layer of Object.values(this.layers)) layer.repaint();
  }

  /**
   * @param {Touch} touch
   * @returns {Hit | null}
   */
  hit(touch) {
    return this.sites.hit(touch, this.map.view().zoom) ?? this.zones.hit(touch);
  }

  /** @param {Hit | null} hit */
  choose(hit) {
    this.tip.hide();
    if (!hit) return;
    if (hit.kind === "cluster") {
      this.map.showPlace(
        lonOf(hit.x),
        latOf(hit.y),
        Math.max(this.sites.openingZoom(hit.id), this.map.view().zoom + 1),
      );
    } else if (hit.kind === "site") this.hooks.openProject(hit.site.code);
    else {
      const { properties } = hit.feature;
      this.store.set({ zone: { layer: hit.layer, properties }, project: null, road: null });
    }
  }

  /**
   * @param {Hit | null} hit
   * @param {{ x: number, y: number } | null} at
   */
  point(hit, at) {
    this.map.showPointer(hit !== null);
    const site = hit?.kind === "site" ? hit.site.id : 0;
    if (site !== this.pointed) {
      this.pointed = site;
      this.layers.marks.repaint();
    }
    if (hit && at) this.tip.show(at, describeHit(hit, this.sites, this.page));
    else this.tip.hide();
  }

  /**
   * Bring a project's sites into sight, if they are not (or if asked for in any case).
   * @param {string} code
   * @param {boolean} [always]
   */
  showProject(code, always = false) {
    const project = this.store.state.projects.find((one) => one.code === code);
    if (!project || this.sites.all.size === 0) {
      this.toShow = code;
      return;
    }
    this.toShow = null;
    const sites = this.sites.ofProject(project.id);
    if (sites.length === 0) return;
    const far = this.map.view().zoom < NEAR_ZOOM - 2;
    const seen = sites.every((site) => this.map.isInSight(lonOf(site.x), latOf(site.y)));
    if (seen && !always && !far) return;
    const [west, north, east, south] = joinBoxes(sites.map((site) => site.box));
    this.showBox([lonOf(west), latOf(south), lonOf(east), latOf(north)]);
  }

  /**
   * Bring a road into sight, as soon as the roads are there.
   * @param {string} name
   */
  showRoad(name) {
    const boxes = this.ground.roads.flatMap(({ properties, shape }) =>
      shape && properties.name === name ? [shape.box] : [],
    );
    this.roadToShow = this.ground.roads.length ? null : name;
    if (boxes.length === 0) return;
    const [west, north, east, south] = joinBoxes(boxes);
    this.showBox([lonOf(west), latOf(south), lonOf(east), latOf(north)]);
    this.layers.marks.repaint();
  }

  /**
   * Open the work that an address names, once its layer is read.
   * @param {string} zone layer and id
   * @returns {Promise<boolean>} whether there is such a work
   */
  async openZone(zone) {
    const [layer = "", id] = zone.split(".");
    const features = await this.data.layer(layer);
    const found = features.find(({ properties }) => properties.id === Number(id));
    if (!found) return false;
    const layers = this.store.state.layers;
    this.store.set({
      zone: { layer, properties: found.properties },
      layers: layers.includes(layer) ? layers : [layer, ...layers],
    });
    if (found.shape && !this.hooks.view) {
      const [west, north, east, south] = found.shape.box;
      this.showBox([lonOf(west), latOf(south), lonOf(east), latOf(north)]);
    }
    return true;
  }

  /** @param {Extent} box */
  showBox(box) {
    this.map.showExtent(box);
  }

  /** @param {import("../address.js").View} view */
  showView(view) {
    this.map.showView(view);
  }

  /** @returns {Extent} what the map shows */
  extent() {
    return this.map.shownExtent();
  }

  /**
   * @param {number} ratio
   * @returns {HTMLCanvasElement}
   */
  takePicture(ratio) {
    return takePicture(this.map.map, ratio);
  }

  /** @returns {import("../address.js").View} */
  view() {
    return this.map.view();
  }

  resized() {
    this.map.resized();
  }

  /**
   * What panels cover of the map.
   * @returns {import("./city-map.js").Insets}
   */
  insets() {
    const frame = this.map ? this.map.map.getContainer() : document.getElementById("map");
    const box = frame?.getBoundingClientRect();
    const insets = { top: 24, right: 64, bottom: 24, left: 24 };
    if (!frame || !box) return insets;
    // Boxes are measured on the screen; where the page is shown larger, the map's own pixels are fewer.
    const own = (/** @type {number} */ length) => (length * frame.offsetWidth) / (box.width || 1);
    const board = document.getElementById("board")?.getBoundingClientRect();
    const drawer = document.getElementById("drawer")?.getBoundingClientRect();
    const strip = document.getElementById("strip")?.getBoundingClientRect();
    if (isNarrow()) {
      const lowest = drawer?.height ? drawer : board;
      insets.top += 56;
      insets.right = 24;
      insets.bottom += lowest ? Math.min(box.bottom - lowest.top, box.height * 0.6) : 0;
      return insets;
    }
    if (board?.width) insets.left = own(board.right - box.left) + 24;
    if (drawer?.width) insets.right = own(box.right - drawer.left) + 24;
    if (strip?.height) insets.bottom = own(box.bottom - strip.top) + 24;
    return insets;
  }

  /** @param {import("./overlay.js").Frame} frame */
  paintMarks(frame) {
    const { project: code, zone, hovered, projects, road } = this.store.state;
    frame.ctx.clearRect(0, 0, frame.width, frame.height);
    if (road) paintRoad(frame, this.ground.roads, road, this.palette);
    const open = projects.find((one) => one.code === code);
    if (zone) this.zones.paintMark(frame, zone.layer, zone.properties.id, this.palette);
    if (hovered) paintMarks(frame, this.sites.ofProject(hovered), this.palette, 2);
    const pointed = this.sites.all.get(this.pointed);
    if (pointed) paintMarks(frame, [pointed], this.palette, 2);
    if (open) paintMarks(frame, this.sites.ofProject(open.id), this.palette, 3);
    if (this.measured) {
      const { lat, lon } = this.map.view();
      paintMeasure(frame, this.measured, { lat, lon }, this.palette);
    }
  }
}
