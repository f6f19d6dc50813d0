// @ts-check
/** The number of red over the year as a skyline. */

/** @typedef {import("../data.js").TrendDay} TrendDay */

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
  const y = (/** @type {number} */ number) =>
    Number((height * (1 - Math.min(1, number / Math.max(highest, 1)))).toFixed(2));
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
 * Draw the number of red of each day; what is still to come stands paler.
 * @param {Element} skyline
 * @param {TrendDay[]} days
 * @param {string} today
 */
export function drawSkyline(skyline, days, today) {
  const height = 100;
  const numbers = days.map((day) => day.red ?? 0);
  const now = days.findIndex((day) => day.day === today);
  // Far ahead nearly everything is red, because nothing is reported there yet: what has been sets the scale.
  const highest = Math.min(Math.max(1, ...numbers), 3 * Math.max(1, ...numbers.slice(0, now + 1)));
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
