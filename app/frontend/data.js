// @ts-check
/** Reading from the server: what came last stays when the server is away, and the page is told. */

import { readShape } from "./geometry/shapes.js";
import { joinObstacles } from "./lamps.js";
import { unpackBoard, unpackLayer, unpackProjects, unpackSites } from "./unpack.js";

/** @typedef {import("./geometry/shapes.js").Shape} Shape */
/** @typedef {import("./filters.js").Project} Project */
/** @typedef {import("./filters.js").Statuses} Statuses */
/** @typedef {{ properties: Record<string, any>, shape: Shape | null }} Feature */
/**
 * @typedef {object} Board
 * @property {string} day
 * @property {string} today
 * @property {boolean} forecast
 * @property {Record<string, number>} counts
 * @property {Record<string, number>} computed_counts as they would be without rulings
 * @property {number} ruled projects whose lamp is a ruling's
 * @property {Record<string, number>} site_counts
 * @property {number} not_started
 * @property {number} overdue_start
 * @property {number} open_blockers
 * @property {number} red_cards
 * @property {number} turning_red_30
 * @property {Statuses} sites
 * @property {Statuses} projects with what holds each up, see joinObstacles
 * @property {[id: number, since: string][]} turned_red the projects that became red last
 * @property {number[]} late_starts projects whose start is overdue
 * @property {Record<string, [causes: string[], awaited: string[]]>} blockers of the projects that have open ones
 * @property {Record<string, string | null>} awaited_units unit → its English name
 */
/** @typedef {{ day: string } & Record<string, number>} TrendDay */
/** @typedef {{ layers: Record<string, string>, lamps: string }} Revision */

const UNAUTHORIZED = 401;
/** Where a page leads whose reader is not signed in any more. */
const SIGN_IN = "/sign-in";

/** Boards kept for days already seen. */
const BOARDS_KEPT = 60;

/** The server could not be asked, or it said that it cannot answer now. */
export class AwayError extends Error {}

/** The session has ended: nothing is read until somebody signs in again. */
export class SignedOutError extends AwayError {}

/** The server has no such thing. */
export class MissingError extends Error {}

/**
 * @param {string} url
 * @param {{ signal?: AbortSignal, accept?: string }} [options]
 * @returns {Promise<Response>}
 */
async function ask(url, options = {}) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { signal: options.signal ?? null, headers: { Accept: options.accept ?? "*/*" } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new AwayError(String(error));
  }
  if (response.status === UNAUTHORIZED || (response.redirected && new URL(response.url).pathname === SIGN_IN))
    throw new SignedOutError(url);
  if (response.status === 404) throw new MissingError(url);
  if (!response.ok) throw new AwayError(`${response.status} ${url}`);
  return response;
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function readText(url, signal) {
  const response = await ask(url, signal ? { signal, accept: "text/html" } : { accept: "text/html" });
  return response.text();
}

/**
 * @param {string} url
 * @param {string | null} moment at which it is to be looked at; null is now
 * @returns {string}
 */
export function asOf(url, moment) {
  return moment ? `${url}${url.includes("?") ? "&" : "?"}as_of=${encodeURIComponent(moment)}` : url;
}

/** What the map reads, each thing once. */
export class CityData {
  /**
   * @param {string} root for example /api/map
   * @param {string | null} [packed] the language of packed answers; null where there are only plain ones
   * @param {string | null} [moment] at which everything is looked at; null is now
   */
  constructor(root, packed = null, moment = null) {
    this.root = root;
    this.moment = moment;
    this.packed = packed;
    /** @type {Promise<ReturnType<typeof unpackProjects>> | null} */
    this.listing = null;
    /** @type {Map<string, Promise<Feature[]>>} */
    this.layers = new Map();
    /** @type {Map<string, Board>} */
    this.boards = new Map();
    /** @type {AbortController | null} */
    this.asking = null;
    /** How often boards were forgotten: what was asked for before that is not kept after it. */
    this.forgotten = 0;
    this.foreseeing = false;
    /** The day that waits to be foreseen. @type {string | null} */
    this.foreseen = null;
    /** @type {Revision | null} */
    this.seen = null;
  }

  /**
   * @param {string} path
   * @returns {string}
   */
  address(path) {
    return asOf(`${this.root}/${path}`, this.moment);
  }

  /**
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async readJson(path, signal) {
    const response = await ask(this.address(path), signal ? { signal } : {});
    return response.json();
  }

  /**
   * The shapes of a layer; asked for once, and again after it failed.
   * @param {string} layer
   * @returns {Promise<Feature[]>}
   */
  layer(layer) {
    const known = this.layers.get(layer);
    if (known) return known;
    const reading = this.packed ? this.packedLayer(layer) : this.plainLayer(layer);
    this.layers.set(layer, reading);
    reading.catch(() => this.layers.get(layer) === reading && this.layers.delete(layer));
    return reading;
  }

  /**
   * @param {string} layer
   * @returns {Promise<Feature[]>}
   */
  async packedLayer(layer) {
    const answer = ask(this.address(`packed/layers/${layer}?lang=${this.packed}`));
    if (layer === "sites") {
      const [response, { projects }] = await Promise.all([answer, this.list()]);
      return unpackSites(await response.arrayBuffer(), projects);
    }
    return unpackLayer(await (await answer).arrayBuffer());
  }

  /**
   * @param {string} layer
   * @returns {Promise<Feature[]>}
   */
  plainLayer(layer) {
    return this.readJson(`layers/${layer}`).then((collection) =>
      collection.features.map((/** @type {any} */ feature) => ({
        properties: feature.properties,
        shape: readShape(feature.geometry),
      })),
    );
  }

  /**
   * The lamps of a day. A newer question breaks off an older one, which then fails with AbortError.
   * @param {string} day
   * @returns {Promise<Board>}
   */
  async board(day) {
    this.asking?.abort();
    const known = this.boards.get(day);
    if (known) return known;
    this.asking = new AbortController();
    const { forgotten } = this;
    /** @type {Board} */
    const board = joinObstacles(await this.readBoard(day, this.asking.signal));
    if (forgotten === this.forgotten) this.boards.set(day, board);
    const oldest = this.boards.keys().next().value;
    if (this.boards.size > BOARDS_KEPT && oldest) this.boards.delete(oldest);
    return board;
  }

  /**
   * Ask for a day that is likely to be wanted next, one at a time; of those that wait, only the last is asked for.
   * @param {string} day
   */
  async foresee(day) {
    this.foreseen = day;
    if (this.foreseeing) return;
    this.foreseeing = true;
    try {
      while (this.foreseen) {
        const next = this.foreseen;
        this.foreseen = null;
        if (this.boards.has(next)) continue;
        const { forgotten } = this;
        const board = joinObstacles(await this.readBoard(next, new AbortController().signal));
        if (forgotten === this.forgotten && !this.boards.has(next)) this.boards.set(next, board);
      }
    } catch {
      // It is asked for again when it is wanted, and what is wrong is said then.
    } finally {
      this.foreseeing = false;
    }
  }

  /** Boards are asked for again; an answer that has not changed is not sent again. */
  forgetBoards() {
    this.forgotten += 1;
    this.boards.clear();
  }

  /**
   * @param {string} day
   * @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  async readBoard(day, signal) {
    if (this.packed) return unpackBoard(await this.readJson(`packed/lamps?day=${day}`, signal));
    return this.readJson(`lamps?day=${day}`, signal);
  }

  /** @returns {Promise<ReturnType<typeof unpackProjects>>} projects, road names and spelling; only where packed */
  list() {
    if (!this.listing) {
      const listing = this.readJson(`packed/projects?lang=${this.packed}`).then(unpackProjects);
      this.listing = listing;
      listing.catch(() => {
        if (this.listing === listing) this.listing = null;
      });
    }
    return this.listing;
  }

  /** @returns {Promise<Project[]>} */
  async projects() {
    if (this.packed) return (await this.list()).projects;
    return (await this.readJson("projects")).projects;
  }

  /**
   * @param {string} first
   * @param {string} last
   * @returns {Promise<TrendDay[]>}
   */
  async trend(first, last) {
    return (await this.readJson(`trend?first=${first}&last=${last}`)).days;
  }

  /**
   * What has changed on the server since the last time this was asked; what has is forgotten here.
   * @returns {Promise<{ layers: string[], lamps: boolean }>}
   */
  async news() {
    /** @type {Revision} */
    const now = await this.readJson("revision");
    const before = this.seen;
    this.seen = now;
    if (!before) return { layers: [], lamps: false };
    const layers = Object.keys(now.layers).filter((layer) => now.layers[layer] !== before.layers[layer]);
    const lamps = now.lamps !== before.lamps;
    for (const layer of layers) this.layers.delete(layer);
    if (layers.includes("sites")) {
      this.layers.delete("footprints");
      this.listing = null;
    }
    if (lamps) this.forgetBoards();
    return { layers, lamps };
  }
}
