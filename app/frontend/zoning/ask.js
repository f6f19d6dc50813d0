// @ts-check
/** Asking the server about a zone that is being drawn, and saving it. */

import { AwayError } from "../data.js";

/** @typedef {Record<string, any>} Document */
/** @typedef {{ level: "refused" | "mended" | "warned", field: string, text: string }} Remark */
/** @typedef {{ id: number, kind: string, code: string, name: string, unit: string | null }} Other */
/**
 * @typedef {object} Pair
 * @property {Other} other
 * @property {"heavy" | "light" | "none"} severity
 * @property {string} severity_name
 * @property {string[]} codes
 * @property {string[]} names
 * @property {string[]} sentences
 * @property {string | null} first_on
 * @property {string | null} last_on
 * @property {number | null} days
 * @property {number | null} area_m2
 * @property {number | null} distance_m
 * @property {GeoJSON.Geometry | null} shape
 * @property {boolean} kept
 */
/**
 * @typedef {object} Forecast
 * @property {Remark[]} remarks
 * @property {Pair[]} pairs
 * @property {{ code: string, name: string, sentence: string }[]} watches
 * @property {{ other: Other, saved_m: number, share: string, first_on: string, last_on: string }[]} joinings
 */
/** @typedef {{ first_on: string, last_on: string, days: number }} Period */

/** What the server said no to: a sentence, and what belongs to it. */
export class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {Document} told
   */
  constructor(status, told) {
    super(told.detail ?? told.title ?? String(status));
    this.status = status;
    this.told = told;
  }
}

export class ZoneServer {
  /**
   * @param {string} csrf
   * @param {string} language
   */
  constructor(csrf, language) {
    this.csrf = csrf;
    this.language = language;
    /** @type {Map<string, AbortController>} */
    this.asking = new Map();
    /** Names what this page adds: when an answer is lost on the way and the same is sent again, it is kept once. */
    this.key = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Document | null} document
   * @param {{ tag?: string, only?: string, adds?: boolean }} [options] only: a newer question of this name breaks the
   *   older one off; adds: something new, once
   * @returns {Promise<any>}
   */
  async ask(method, path, document, { tag, only, adds } = {}) {
    const asking = new AbortController();
    if (only) {
      this.asking.get(only)?.abort();
      this.asking.set(only, asking);
    }
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (document) {
      headers["Content-Type"] = "application/json";
      headers["X-CSRFToken"] = this.csrf;
    }
    if (adds) headers["Idempotency-Key"] = this.key;
    if (tag) headers["If-Match"] = `"${tag}"`;
    const mark = path.includes("?") ? "&" : "?";
    /** @type {Response} */
    let response;
    try {
      response = await fetch(`/api/zones${path}${mark}lang=${this.language}`, {
        method,
        headers,
        body: document ? JSON.stringify(document) : null,
        signal: asking.signal,
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new AwayError(String(error));
    }
    if (response.status >= 500) throw new AwayError(`${response.status} ${path}`);
    const told = await response.json();
    if (!response.ok) throw new RefusedError(response.status, told);
    return told;
  }

  /**
   * @param {number | null} zone
   * @param {Document} draft
   * @returns {Promise<Forecast>}
   */
  whatIf(zone, draft) {
    return this.ask("POST", "/what-if", { zone, draft }, { only: "what-if" });
  }

  /**
   * @param {number | null} zone
   * @param {Document} draft
   * @returns {Promise<{ needed: boolean, earlier: Period | null, later: Period | null }>}
   */
  periods(zone, draft) {
    return this.ask("POST", "/periods", { zone, draft }, { only: "periods" });
  }

  /** @param {number} zone */
  read(zone) {
    return this.ask("GET", `/${zone}`, null);
  }

  /**
   * @param {number | null} zone
   * @param {Document} draft
   * @param {string | null} tag
   * @returns {Promise<{ id: number, tag: string, url: string, remarks: Remark[] }>}
   */
  save(zone, draft, tag) {
    if (zone === null) return this.ask("POST", "", draft, { adds: true });
    return this.ask("PUT", `/${zone}`, draft, tag ? { tag } : {});
  }

  /**
   * @param {string} words
   * @returns {Promise<{ places: { geometry: GeoJSON.Geometry, confidence: number, sure: boolean, how: string }[] }>}
   */
  places(words) {
    return this.ask("GET", `/places?q=${encodeURIComponent(words)}`, null, { only: "places" });
  }

  /**
   * @param {string} words
   * @returns {Promise<{ zones: Other[] }>}
   */
  linkable(words) {
    return this.ask("GET", `/linkable?q=${encodeURIComponent(words)}`, null, { only: "linkable" });
  }

  /**
   * @param {Document} asked
   * @returns {Promise<{ geometry: GeoJSON.LineString, length_m: number, roads: string[] }>}
   */
  detour(asked) {
    return this.ask("POST", "/detours", asked, { only: "detour" });
  }

  /**
   * @param {GeoJSON.Geometry} geometry
   * @param {GeoJSON.LineString} line
   * @returns {Promise<{ pieces: GeoJSON.Geometry[] }>}
   */
  split(geometry, line) {
    return this.ask("POST", "/pieces", { geometry, line });
  }

  /**
   * @param {Document} asked
   * @returns {Promise<{ id: number, url: string, road: string | null }>}
   */
  emergency(asked) {
    return this.ask("POST", "/emergencies", asked, { adds: true });
  }
}
