// @ts-check
/** Measuring on the map: a line or an area, point by point, with the pointer, a finger or the keys. */

import { byId, isTyping } from "../dom.js";
import { formatNumber } from "../format.js";
import { area, length } from "../geometry/earth.js";
import { gettext } from "../text.js";

/** @typedef {import("../geometry/earth.js").Place} Place */
/** @typedef {"length" | "area"} What */
/**
 * @typedef {object} Measured
 * @property {What} what
 * @property {Place[]} places
 */

/**
 * @param {number} metres
 * @returns {string}
 */
export function formatLength(metres) {
  if (metres >= 1000) return `${formatNumber(metres / 1000, 2)} km`;
  return `${formatNumber(metres, metres < 100 ? 1 : 0)} m`;
}

/**
 * @param {number} square metres
 * @param {"zh" | "en"} language
 * @returns {string} in Chinese with 亩 as well, in which land is counted
 */
export function formatArea(square, language) {
  const plain =
    square >= 1e6 ? `${formatNumber(square / 1e6, 3)} km²` : `${formatNumber(square, square < 100 ? 1 : 0)} m²`;
  if (language === "en") return square >= 1e4 ? `${plain} · ${formatNumber(square / 1e4, 2)} ha` : plain;
  return `${plain} · ${formatNumber(square / (2000 / 3), 2)} 亩`;
}

/**
 * @param {{ language: "zh" | "en" }} page
 * @param {{ centre: () => Place, draw: (measured: Measured | null) => void }} map
 * @returns {{ on: () => boolean, add: (place: Place) => void }}
 */
export function startMeasure({ language }, map) {
  const button = byId("measure-button");
  const panel = byId("measure");
  const result = byId("measure-result");
  const whats = /** @type {NodeListOf<HTMLButtonElement>} */ (panel.querySelectorAll("[data-measure]"));
  /** @type {Measured | null} */
  let measured = null;

  const show = () => {
    panel.hidden = measured === null;
    button.setAttribute("aria-pressed", String(measured !== null));
    document.documentElement.classList.toggle("measuring", measured !== null);
    for (const one of whats) one.setAttribute("aria-pressed", String(one.dataset.measure === measured?.what));
    if (measured) {
      const { what, places } = measured;
      const needed = what === "area" ? 3 : 2;
      if (places.length < needed) result.textContent = gettext("Click on the map, or press Enter for its middle.");
      else if (what === "length") result.textContent = formatLength(length(places));
      else result.textContent = formatArea(area(places), language);
    }
    map.draw(measured);
  };
  const stop = () => {
    measured = null;
    show();
  };
  const add = (/** @type {Place} */ place) => {
    if (!measured) return;
    measured = { ...measured, places: [...measured.places, place] };
    show();
  };
  const takeBack = () => {
    if (!measured) return;
    measured = { ...measured, places: measured.places.slice(0, -1) };
    show();
  };
  button.addEventListener("click", () => {
    if (measured) stop();
    else {
      measured = { what: "length", places: [] };
      show();
      byId("map").focus();
    }
  });
  for (const one of whats) {
    one.addEventListener("click", () => {
      measured = { what: /** @type {What} */ (one.dataset.measure), places: measured?.places ?? [] };
      show();
    });
  }
  byId("measure-back").addEventListener("click", takeBack);
  byId("measure-stop").addEventListener("click", () => {
    stop();
    button.focus();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (!measured || isTyping(event)) return;
      if (event.key === "Escape") {
        event.stopPropagation();
        stop();
        button.focus();
      } else if (event.key === "Backspace") takeBack();
      else if (event.key === "Enter" && event.target === byId("map")) add(map.centre());
      else return;
      event.preventDefault();
    },
    true,
  );
  return { on: () => measured !== null, add };
}
