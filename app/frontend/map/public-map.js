// @ts-check
/** The public's map: sites by stage, closed roads with their signs, the ways round that are asked for, utility work. */

import { isNarrow, wantsCalm } from "../dom.js";
import { latOf, lonOf } from "../geometry/mercator.js";
import { joinBoxes, middleBox } from "../geometry/shapes.js";
import { LAMPS } from "../lamps.js";
import { STAGES, stageForm } from "../stages.js";
import { CityMap } from "./city-map.js";
import { gatherSigns, hitSign, paintSigns } from "./closure-signs.js";
import { emptyGround, paintGround } from "./ground.js";
import { readPalette } from "./palette.js";
import { startScale } from "./scale.js";
import { paintMarks, paintSites } from "./site-painter.js";
import { Sites } from "./sites.js";
import { readForms } from "./symbols.js";
import { Zones } from "./zones.js";

/** @typedef {import("./city-map.js").Extent} Extent */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("../public.js").PublicPage} PublicPage */
/** @typedef {import("../public.js").PublicStore} PublicStore */
/** @typedef {import("../data.js").CityData} CityData */

const NEAR_ZOOM = 15;
const SIGNS_ABOVE_FROM = 13.5;
const GROUND = ["ground", "districts", "roads"];

export class PublicMap {
  /**
   * @param {HTMLElement} container
   * @param {PublicPage} page
   * @param {PublicStore} store
   * @param {CityData} data
   * @param {{ away: (error: unknown) => void, moved: (extent: Extent) => void }} hooks
   */
  constructor(container, page, store, data, hooks) {
    this.page = page;
    this.store = store;
    this.data = data;
    this.hooks = hooks;
    this.palette = readPalette(document.documentElement);
    const kinds = page.lampShown ? LAMPS : STAGES;
    this.forms = readForms(document, kinds, page.lampShown ? "lamp" : "stage");
    this.sites = new Sites(kinds);
    this.zones = new Zones();
    this.zones.words = { letters: page.codes.letter ?? {} };
    this.zones.day = page.today;
    this.zones.on = ["diversions", "relocations"];
    /** @type {Feature[]} */
    this.diversions = [];
    /** @type {import("./closure-signs.js").Sign[]} */
    this.signs = [];
    this.ground = emptyGround(page.language);
    /** What is to be brought into sight as soon as the shapes are there. */
    this.undecided = true;
    this.map = new CityMap(container, {
      extent: page.city.bbox,
      view: null,
      insets: () => this.insets(),
      calm: wantsCalm(),
    });
    this.layers = {
      ground: this.map.addLayer("ground", (frame) => paintGround(frame, this.ground, this.palette)),
      zones: this.map.addLayer("zones", (frame) => this.zones.paint(frame, this.palette)),
      marks: this.map.addLayer("marks", (frame) => this.paintMarks(frame)),
      // From afar the rings lie over the signs; nearer, a sign stands on the site that closes the road.
      signsAfar: this.map.addLayer("signs-afar", (frame) => this.paintSigns(frame, frame.zoom < SIGNS_ABOVE_FROM)),
      sites: this.map.addLayer("sites", (frame) => paintSites(frame, this.sites, this.palette, this.forms)),
      signs: this.map.addLayer("signs", (frame) => this.paintSigns(frame, frame.zoom >= SIGNS_ABOVE_FROM)),
    };
    startScale(this.map);
    this.listen();
  }

  listen() {
    const { map, store } = this;
    map.onTouch((touch) => this.choose(touch));
    map.onPoint((touch) => map.showPointer(touch !== null && this.isSomething(touch)));
    map.onMove(() => this.tellView());
    window.addEventListener("resize", () => map.resized());
    document.getElementById("zoom-in")?.addEventListener("click", () => map.closer());
    document.getElementById("zoom-out")?.addEventListener("click", () => map.further());
    document.getElementById("zoom-home")?.addEventListener("click", () => this.showMost());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      requestAnimationFrame(() => {
        this.palette = readPalette(document.documentElement);
        for (const layer of Object.values(this.layers)) layer.repaint();
      });
    });
    store.listen((state, changed) => {
      if (changed.has("overview")) this.showStages();
      if (changed.has("mode") || changed.has("closure") || changed.has("around")) this.chooseDetours();
      if (changed.has("site") || changed.has("closure")) {
        this.layers.marks.repaint();
        this.repaintSigns();
      }
      if (changed.has("site") && state.site) this.showSite(state.site);
      if (changed.has("closure") && state.closure) this.showClosure(state.closure);
    });
  }

  /** Read the shapes and draw each layer as it comes. */
  async readLayers() {
    const wanted = ["sites", "diversions", ...GROUND, "relocations"];
    await Promise.all(wanted.map((layer) => this.readLayer(layer)));
    document.getElementById("map-waiting")?.remove();
    document.documentElement.classList.add("map-drawn");
    this.tellView();
  }

  /** @param {string} layer */
  async readLayer(layer) {
    try {
      const features = await this.data.layer(layer);
      if (layer === "sites") {
        this.sites.setShapes(features);
        this.showStages();
      } else if (layer === "diversions") {
        this.diversions = features;
        this.signs = gatherSigns(features, this.page.today);
        this.chooseDetours();
        this.repaintSigns();
      } else if (layer === "ground" || layer === "districts" || layer === "roads") {
        this.ground[layer] = features;
        this.layers.ground.repaint();
      } else {
        this.zones.layers.set(layer, features);
        this.layers.zones.repaint();
      }
      const { site, closure } = this.store.state;
      if (layer === "diversions" && closure) this.showClosure(closure);
      else if (layer === "sites" && site) this.showSite(site);
      else if (layer === "sites" && this.undecided && !closure) this.showMost();
    } catch (error) {
      this.hooks.away(error);
    }
  }

  /** Every site gets the form and colour of its project's stage, or its lamp where the city shows that. */
  showStages() {
    const { overview } = this.store.state;
    if (!overview || this.sites.all.size === 0) return;
    const kindOf = new Map(
      overview.projects.map((project) => [
        project.code,
        this.page.lampShown ? (project.lamp ?? "grey") : stageForm(project.stage),
      ]),
    );
    /** @type {Record<string, any>} */
    const statuses = {};
    const shown = new Set();
    for (const [id, site] of this.sites.all) {
      const kind = kindOf.get(site.code);
      if (!kind) continue;
      statuses[id] = [kind, "", []];
      shown.add(id);
    }
    this.sites.setStatuses(statuses, shown);
    this.layers.sites.repaint();
  }

  /** Ways round are drawn for the kind of traveller that was chosen, and all of those of the diversion that is open. */
  chooseDetours() {
    const { mode, closure, around } = this.store.state;
    const open = new Set([closure, ...around]);
    const wanted = this.diversions.filter(
      ({ properties }) => properties.role !== "detour" || (mode ? properties.mode === mode : open.has(properties.code)),
    );
    this.zones.layers.set("diversions", wanted);
    this.layers.zones.repaint();
  }

  /** Look at the middle four fifths of the sites; those far out are a step back away. */
  showMost() {
    this.undecided = false;
    const box = middleBox([...this.sites.all.values()], 0.1);
    if (box) this.map.showExtent([lonOf(box[0]), latOf(box[3]), lonOf(box[2]), latOf(box[1])], false);
    else this.map.showCity();
  }

  /** @param {import("./city-map.js").Touch} touch */
  isSomething(touch) {
    return Boolean(hitSign(touch, this.signs) ?? this.sites.hit(touch, this.map.view().zoom) ?? this.zones.hit(touch));
  }

  /** @param {import("./city-map.js").Touch} touch */
  choose(touch) {
    const sign = hitSign(touch, this.signs);
    if (sign) {
      this.store.set({ closure: sign.code, site: null, utility: null });
      return;
    }
    const hit = this.sites.hit(touch, this.map.view().zoom) ?? this.zones.hit(touch);
    if (!hit) return;
    if (hit.kind === "cluster") {
      const zoom = Math.max(this.sites.openingZoom(hit.id), this.map.view().zoom + 1);
      this.map.showPlace(lonOf(hit.x), latOf(hit.y), zoom);
    } else if (hit.kind === "site") this.store.set({ site: hit.site.code, closure: null, utility: null });
    else if (hit.layer === "diversions") {
      this.store.set({ closure: hit.feature.properties.code, site: null, utility: null });
    } else this.store.set({ utility: hit.feature.properties, site: null, closure: null });
  }

  /**
   * Bring a project's sites into sight.
   * @param {string} code
   */
  showSite(code) {
    const sites = this.sites.ofProject(/** @type {any} */ (code));
    if (sites.length === 0) return;
    this.undecided = false;
    const far = this.map.view().zoom < NEAR_ZOOM - 2;
    if (!far && sites.every((site) => this.map.isInSight(lonOf(site.x), latOf(site.y)))) return;
    const [west, north, east, south] = joinBoxes(sites.map((site) => site.box));
    this.map.showExtent([lonOf(west), latOf(south), lonOf(east), latOf(north)]);
  }

  /**
   * Bring a diversion and its ways round into sight.
   * @param {string} code
   */
  showClosure(code) {
    const boxes = this.diversions.flatMap(({ properties, shape }) =>
      properties.code === code && shape ? [shape.box] : [],
    );
    if (boxes.length === 0) return;
    this.undecided = false;
    const [west, north, east, south] = joinBoxes(boxes);
    this.map.showExtent([lonOf(west), latOf(south), lonOf(east), latOf(north)]);
  }

  /** @param {Extent} extent */
  showBox(extent) {
    this.map.showExtent(extent);
  }

  /** Say which part of the city can be seen beside the sheet. */
  tellView() {
    this.hooks.moved(this.map.seen());
  }

  /**
   * What the sheet covers of the map.
   * @returns {import("./city-map.js").Insets}
   */
  insets() {
    const box = document.getElementById("map")?.getBoundingClientRect();
    const sheet = document.getElementById("sheet")?.getBoundingClientRect();
    const insets = { top: 24, right: 64, bottom: 24, left: 24 };
    if (!box || !sheet?.width) return insets;
    if (isNarrow()) {
      insets.right = 24;
      insets.bottom += Math.min(box.bottom - sheet.top, box.height * 0.66);
    } else insets.left = sheet.right - box.left + 24;
    return insets;
  }

  repaintSigns() {
    this.layers.signs.repaint();
    this.layers.signsAfar.repaint();
  }

  /**
   * @param {import("./overlay.js").Frame} frame
   * @param {boolean} here whether the signs are drawn on this layer at this zoom
   */
  paintSigns(frame, here) {
    paintSigns(frame, here ? this.signs : [], this.palette, this.store.state.closure);
  }

  /** @param {import("./overlay.js").Frame} frame */
  paintMarks(frame) {
    const { site } = this.store.state;
    frame.ctx.clearRect(0, 0, frame.width, frame.height);
    if (site) paintMarks(frame, this.sites.ofProject(/** @type {any} */ (site)), this.palette, 3);
  }
}
