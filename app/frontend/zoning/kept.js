// @ts-check
/** What was drawn and filled in and is not saved yet, kept in this browser under the account's and the zone's own key. */

import { zoneDraftName } from "../account.js";

/** @typedef {import("./ask.js").Document} Document */
/** @typedef {{ at: string, tag: string | null, document: Document }} Kept */

export class KeptDraft {
  /** @param {string} key */
  constructor(key) {
    this.key = zoneDraftName(key);
  }

  /**
   * @param {Document} document
   * @param {string | null} tag of the zone as it was seen
   */
  keep(document, tag) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: new Date().toISOString(), tag, document }));
    } catch {
      // A full or forbidden store: what is drawn lives on the page alone.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  /** @returns {Kept | null} what was kept when the page was left unsaved */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }
}

/**
 * @param {string} at
 * @returns {string} for example 11-23 10:30
 */
export function localTime(at) {
  const then = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${two(then.getMonth() + 1)}-${two(then.getDate())} ${two(then.getHours())}:${two(then.getMinutes())}`;
}
