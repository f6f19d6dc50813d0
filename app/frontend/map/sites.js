// @ts-check
/** The sites: which of them show on a day, how they gather in clusters, and which lies under a touch. */

import Supercluster from "supercluster";
import { isInside } from "../geometry/hit.js";
import { latOf, lonOf, unitX, unitY } from "../geometry/mercator.js";
import { ringRadius } from "../geometry/ring.js";
import { joinBoxes } from "../geometry/shapes.js";
import { LAMPS } from "../lamps.js";

/** @typedef {import("./city-map.js").Touch} Touch */
/** @typedef {import("../data.js").Feature} Feature */
/** @typedef {import("../geometry/shapes.js").Shape} Shape */
/** @typedef {import("../geometry/shapes.js").Box} Box */
/** @typedef {import("../lamps.js").Lamp} Lamp */
/** @typedef {import("../lamps.js").Status} Status */
/**
 * @typedef {object} Site
 * @property {number} id
 * @property {number} project
 * @property {string} code of the project
 * @property {string} name
 * @property {string | null} name_en of the project
 * @property {number} x of its point, unit Mercator
 * @property {number} y
 * @property {number} yuan its part of the project's investment; 0 where that is not known
 * @property {Shape[]} shapes
 * @property {Box} box
 */
/** @typedef {{ kind: "cluster", id: number, x: number, y: number, count: number }} ClusterHit */
/** @typedef {{ kind: "site", site: Site }} SiteHit */
/** @typedef {{ site: any, yuan: number } & Record<string, any>} Mix lamp (or stage) → how many */

/** From this zoom on sites are drawn as they are. */
export const FOOTPRINTS_FROM = 14;
const CLUSTER_RADIUS = 36;
const CLUSTER_ZOOM = 13;
const REACH = 4;
const REACH_TOUCH = 12;

/**
 * Bring the parts of each site together.
 * @param {Feature[]} features one for each part; the first part of a site carries its point
 * @returns {Map<number, Site>}
 */
export function gatherSites(features) {
  /** @type {Map<number, Site>} */
  const sites = new Map();
  for (const { properties, shape } of features) {
    let site = sites.get(properties.id);
    if (!site) {
      const { id, project, code, name, point } = properties;
      if (!point) continue;
      const x = unitX(point[0]);
      const y = unitY(point[1]);
      const { project_name, project_name_en } = properties;
      site = {
        id,
        project,
        code,
        name: name ?? project_name ?? "",
        name_en: project_name_en ?? null,
        x,
        y,
        yuan: properties.investment_yuan ?? 0,
        shapes: [],
        box: properties.box ?? [x, y, x, y],
      };
      sites.set(id, site);
    }
    if (shape) {
      site.shapes.push(shape);
      site.box = joinBoxes([site.box, shape.box]);
    }
  }
  return sites;
}

/**
 * @param {number} zoom
 * @returns {number} side of a symbol's box in pixels
 */
export function symbolSize(zoom) {
  if (zoom < 11) return 13;
  return zoom < FOOTPRINTS_FROM ? 15 : 18;
}

/** An investment of so many yuan has the usual size. */
const USUAL_YUAN = 2e8;

/**
 * How much larger than usual something is drawn for its investment: its area grows with the money, between limits
 * that keep the smallest visible and the largest from covering the rest.
 * @param {number} yuan
 * @returns {number}
 */
export function sizeFactor(yuan) {
  return Math.min(2.4, Math.max(0.75, Math.sqrt(yuan / USUAL_YUAN)));
}

/**
 * The zoom of the cluster index that is shown at a zoom of the map: between two, the looser one for a while longer.
 * @param {number} zoom
 * @returns {number}
 */
export function indexZoom(zoom) {
  return Math.floor(zoom + 0.3);
}

/** The sites of the city with their lamps of a day; the public's map tells them apart by stage instead. */
export class Sites {
  /** @param {readonly string[]} [kinds] what the sites are told apart by, the one to be seen first */
  constructor(kinds = LAMPS) {
    this.kinds = kinds;
    /** @type {Map<number, Site>} */
    this.all = new Map();
    /** @type {Record<string, Status>} */
    this.statuses = {};
    /** @type {Set<number>} */
    this.shown = new Set();
    this.bySize = false;
    /** @type {Supercluster<{ site: number, lamp: Lamp, yuan: number }, Mix>} */
    this.index = this.makeIndex([]);
  }

  /** @param {Feature[]} features see gatherSites */
  setShapes(features) {
    this.all = gatherSites(features);
    this.build();
  }

  /**
   * The shapes of the sites, which may come after the sites themselves.
   * @param {Feature[]} features one for each part, with the id of its site
   */
  setFootprints(features) {
    for (const site of this.all.values()) site.shapes = [];
    for (const { properties, shape } of features) if (shape) this.all.get(properties.site)?.shapes.push(shape);
  }

  /**
   * @param {Record<string, Status>} statuses of the sites on the day shown
   * @param {Set<number>} shown
   */
  setStatuses(statuses, shown) {
    this.statuses = statuses;
    this.shown = shown;
    this.build();
  }

  build() {
    /** @type {GeoJSON.Feature<GeoJSON.Point, { site: number, lamp: Lamp, yuan: number }>[]} */
    const points = [];
    for (const id of this.shown) {
      const site = this.all.get(id);
      const status = this.statuses[id];
      if (!site || !status) continue;
      points.push({
        type: "Feature",
        geometry: { type: "Point", coordinates: [lonOf(site.x), latOf(site.y)] },
        properties: { site: id, lamp: status[0], yuan: site.yuan },
      });
    }
    this.index = this.makeIndex(points);
  }

  /**
   * @param {GeoJSON.Feature<GeoJSON.Point, { site: number, lamp: Lamp, yuan: number }>[]} points
   * @returns {Supercluster<{ site: number, lamp: Lamp, yuan: number }, Mix>}
   */
  makeIndex(points) {
    /** @type {Supercluster<{ site: number, lamp: Lamp, yuan: number }, Mix>} */
    const index = new Supercluster({
      extent: 256,
      radius: CLUSTER_RADIUS,
      maxZoom: CLUSTER_ZOOM,
      map: ({ site, lamp, yuan }) => /** @type {Mix} */ ({ site, yuan, [lamp]: 1 }),
      reduce: (mix, other) => {
        mix.yuan += other.yuan;
        for (const lamp of this.kinds) if (other[lamp]) mix[lamp] = (mix[lamp] ?? 0) + (other[lamp] ?? 0);
      },
    });
    return index.load(points);
  }

  /**
   * What is in a box at a zoom: clusters and single sites, red last, so that it lies on top.
   * @param {Box} box
   * @param {number} zoom
   */
  find([west, north, east, south], zoom) {
    const found = this.index.getClusters([lonOf(west), latOf(south), lonOf(east), latOf(north)], indexZoom(zoom));
    const rank = (/** @type {any} */ one) => (one.cluster ? -1 : this.kinds.indexOf(one.lamp));
    return found.sort((a, b) => rank(b.properties) - rank(a.properties));
  }

  /**
   * @param {{ yuan: number }} properties of a site
   * @param {number} zoom
   * @returns {number} side of its symbol in pixels
   */
  symbolSize({ yuan }, zoom) {
    return Math.round(symbolSize(zoom) * (this.bySize ? sizeFactor(yuan) : 1));
  }

  /**
   * @param {{ yuan: number, point_count: number }} properties of a cluster
   * @returns {number} in pixels: by the number of sites, or by what they cost together
   */
  ringRadius({ yuan, point_count }) {
    return this.bySize ? Math.min(34, Math.max(11, 9 * Math.sqrt(sizeFactor(yuan / 6) * 2))) : ringRadius(point_count);
  }

  /**
   * What of the sites lies under a touch: a symbol or ring first, then a footprint.
   * @param {Touch} touch
   * @param {number} zoom
   * @returns {ClusterHit | SiteHit | null}
   */
  hit(touch, zoom) {
    const { x, y, scale } = touch;
    const extra = touch.touch ? REACH_TOUCH : REACH;
    const reach = 40 / scale;
    /** @type {ClusterHit | SiteHit | null} */
    let best = null;
    let nearest = Infinity;
    for (const { id, geometry, properties } of this.find([x - reach, y - reach, x + reach, y + reach], zoom)) {
      const cx = unitX(geometry.coordinates[0] ?? 0);
      const cy = unitY(geometry.coordinates[1] ?? 0);
      const distance = Math.hypot(cx - x, cy - y) * scale;
      const isCluster = "cluster" in properties && properties.cluster;
      const radius = isCluster ? this.ringRadius(properties) : this.symbolSize(properties, zoom) / 2;
      if (distance > radius + extra || distance >= nearest) continue;
      const site = this.all.get(properties.site);
      if (isCluster) best = { kind: "cluster", id: Number(id), x: cx, y: cy, count: properties.point_count };
      else if (site) best = { kind: "site", site };
      nearest = distance;
    }
    if (best || zoom < FOOTPRINTS_FROM) return best;
    for (const id of this.shown) {
      const site = this.all.get(id);
      if (!site || x < site.box[0] || x > site.box[2] || y < site.box[1] || y > site.box[3]) continue;
      if (site.shapes.some((shape) => shape.kind === "polygon" && isInside(shape, x, y))) return { kind: "site", site };
    }
    return null;
  }

  /**
   * The zoom at which a cluster falls apart.
   * @param {number} cluster
   * @returns {number}
   */
  openingZoom(cluster) {
    return Math.min(this.index.getClusterExpansionZoom(cluster), FOOTPRINTS_FROM);
  }

  /**
   * Where a project is.
   * @param {number} project
   * @returns {Site[]}
   */
  ofProject(project) {
    return [...this.all.values()].filter((site) => site.project === project);
  }
}
