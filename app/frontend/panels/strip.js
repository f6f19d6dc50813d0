// @ts-check
/** The year as a strip: the number of red as its skyline, a handle for the day, and play. */

import { addDays, addMonths, daysBetween, isDay, monthStarts } from "../day.js";
import { byId, icon, make } from "../dom.js";
import { formatDay, formatFullDay, formatMonth } from "../format.js";
import { gettext } from "../text.js";
import { drawSkyline } from "./skyline.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../data.js").TrendDay} TrendDay */

/** The strip reaches this many days back and ahead. */
const REACH = 365;
const PLAY_EVERY_MS = 600;

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {(first: string, last: string) => Promise<TrendDay[]>} read
 * @returns {{ refresh: () => void, next: (before: string, day: string) => string, back: (day: string) => string }}
 *   next: the day to which a further step from one day by way of another would lead; back: the day a step before one
 */
export function startStrip(store, page, read) {
  /** @type {HTMLInputElement} */
  const range = byId("strip-day");
  /** @type {HTMLInputElement} */
  const field = byId("day");
  const play = byId("play");
  const first = addDays(page.today, -REACH);
  const last = addDays(page.today, REACH);
  range.min = "0";
  range.max = String(2 * REACH);

  /** @type {HTMLSelectElement} */
  const step = byId("step");
  const stepped = (/** @type {string} */ day, /** @type {1 | -1} */ way) => {
    if (step.value === "month") return addMonths(day, way);
    return addDays(day, way * (step.value === "day" ? 1 : 7));
  };
  const go = (/** @type {1 | -1} */ way) => {
    const day = stepped(store.state.day, way);
    store.set({ day: day < first ? first : day > last ? last : day });
  };
  byId("step-back").addEventListener("click", () => go(-1));
  byId("step-ahead").addEventListener("click", () => go(1));
  range.addEventListener("keydown", (event) => {
    if (event.key === "PageUp") go(1);
    else if (event.key === "PageDown") go(-1);
    else if (event.key.toLowerCase() === "t") store.set({ day: page.today });
    else return;
    event.preventDefault();
  });

  const words = (/** @type {string} */ day) =>
    `${formatFullDay(day, page.language)}${day > page.today ? ` · ${gettext("forecast")}` : ""}`;
  const show = (/** @type {string} */ day) => {
    range.value = String(daysBetween(first, day));
    range.setAttribute("aria-valuetext", words(day));
    field.value = day;
    byId("day-words").textContent = formatFullDay(day, page.language);
    byId("forecast").hidden = day <= page.today;
    byId("today").hidden = day === page.today;
    byId("strip-flag").textContent = formatDay(day, page.language, page.today);
    // The handle's own place: half a handle is kept free at both ends of the track.
    byId("strip-flag").style.left = `${(Number(range.value) / (2 * REACH)) * 100}%`;
  };

  range.addEventListener("input", () => store.set({ day: addDays(first, Number(range.value)) }));
  field.addEventListener("change", () => {
    if (isDay(field.value)) store.set({ day: field.value });
    else field.value = store.state.day;
  });
  byId("today").addEventListener("click", () => store.set({ day: page.today }));

  let playing = 0;
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.replaceChildren(icon("play"));
    play.setAttribute("aria-label", gettext("Play"));
  };
  play.addEventListener("click", () => {
    if (playing) {
      stop();
      return;
    }
    play.replaceChildren(icon("pause"));
    play.setAttribute("aria-label", gettext("Pause"));
    playing = window.setInterval(() => {
      const next = stepped(store.state.day, 1);
      if (next > last) stop();
      // The next day waits until the last one has come, however slow the line is.
      else if (store.state.board?.day === store.state.day) store.set({ day: next });
    }, PLAY_EVERY_MS);
  });
  store.listen((state, changed) => {
    if (changed.has("day")) show(state.day);
  });

  const months = byId("strip-months");
  for (const month of monthStarts(first, last)) {
    // Only the quarters are named; twice as many words would not have the room.
    const named = (Number(month.slice(5, 7)) - 1) % 3 === 0;
    const mark = make("span", { text: named ? formatMonth(month, page.language) : "" });
    mark.style.left = `${(daysBetween(first, month) / (2 * REACH)) * 100}%`;
    if (month.slice(5, 7) === "01") mark.classList.add("year");
    months.append(mark);
  }
  const refresh = async () => {
    try {
      drawSkyline(byId("skyline"), await read(first, last), page.today);
    } catch {
      // The strip works without its skyline; that the server is away is said elsewhere.
      byId("skyline").replaceChildren();
    }
  };
  show(store.state.day);
  const next = (/** @type {string} */ before, /** @type {string} */ day) => stepped(day, day < before ? -1 : 1);
  const back = (/** @type {string} */ day) => stepped(day, -1);
  return { refresh, next, back };
}
