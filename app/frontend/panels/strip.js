// @ts-check
/** The year as a strip: the number of red as its skyline, a handle for the day, and play. */

import { addDays, daysBetween, isDay, monthStarts } from "../day.js";
import { byId, icon, make } from "../dom.js";
import { formatDay, formatMonth, formatWeekday } from "../format.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../data.js").TrendDay} TrendDay */

/** The strip reaches this many days back and ahead. */
const REACH = 365;
const PLAY_STEP_DAYS = 7;
const PLAY_EVERY_MS = 600;
const SVG = "http://www.w3.org/2000/svg";

/**
 * The outline of the skyline as SVG path data, in days across and in parts of the highest number upwards.
 * @param {number[]} numbers one for each day
 * @param {number} highest
 * @param {number} height
 * @returns {string}
 */
export function skylinePath(numbers, highest, height) {
  if (numbers.length === 0) return "";
  const y = (/** @type {number} */ number) => Number((height * (1 - number / Math.max(highest, 1))).toFixed(2));
  let path = `M0 ${height}`;
  let last = Number.NaN;
  numbers.forEach((number, index) => {
    if (number === last) return;
    path += `H${index}V${y(number)}`;
    last = number;
  });
  return `${path}H${numbers.length}V${height}Z`;
}

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {(first: string, last: string) => Promise<TrendDay[]>} read
 * @returns {{ refresh: () => void }}
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

  const words = (/** @type {string} */ day) =>
    `${formatDay(day, page.language)} ${formatWeekday(day, page.language)}${day > page.today ? ` · ${gettext("forecast")}` : ""}`;
  const show = (/** @type {string} */ day) => {
    range.value = String(daysBetween(first, day));
    range.setAttribute("aria-valuetext", words(day));
    field.value = day;
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
      const next = addDays(store.state.day, PLAY_STEP_DAYS);
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
    const mark = make("span", { text: formatMonth(month, page.language) });
    mark.style.left = `${(daysBetween(first, month) / (2 * REACH)) * 100}%`;
    if (month.slice(5, 7) === "01") mark.classList.add("year");
    months.append(mark);
  }
  const refresh = async () => {
    try {
      drawSkyline(await read(first, last), page.today);
    } catch {
      // The strip works without its skyline; that the server is away is said elsewhere.
      byId("skyline").replaceChildren();
    }
  };
  show(store.state.day);
  return { refresh };
}

/**
 * @param {TrendDay[]} days
 * @param {string} today
 */
function drawSkyline(days, today) {
  const height = 100;
  const numbers = days.map((day) => day["red"] ?? 0);
  const highest = Math.max(1, ...numbers);
  const now = days.findIndex((day) => day.day === today);
  const skyline = byId("skyline");
  skyline.setAttribute("viewBox", `0 0 ${days.length} ${height}`);
  const past = document.createElementNS(SVG, "path");
  past.setAttribute("class", "skyline-past");
  past.setAttribute("d", skylinePath(numbers.slice(0, now + 1), highest, height));
  const ahead = document.createElementNS(SVG, "path");
  ahead.setAttribute("class", "skyline-ahead");
  ahead.setAttribute("d", skylinePath(numbers.slice(now + 1), highest, height));
  ahead.setAttribute("transform", `translate(${now + 1} 0)`);
  skyline.replaceChildren(past, ahead);
}
