// @ts-check
/** Choosing a place on a map: a road or a district by a touch, or an area by its corners; one button for each way. */

import { districtAt, roadAt } from "../map/place-hits.js";
import { gettext } from "../text.js";

/** @typedef {"road" | "district" | "area"} Mode */
/**
 * @typedef {object} Picker
 * @property {(mode: Mode | null) => void} set what a touch on the map does from now on
 */

/** What is asked for, and what is said when nothing is there. @type {Record<"road" | "district", () => [string, string]>} */
const WORDS = {
  road: () => [gettext("Touch the road."), gettext("No named road is here. Touch closer to one.")],
  district: () => [gettext("Touch the district."), gettext("No district is here.")],
};

/**
 * Make the buttons do what they say.
 * @param {import("../map/drawing.js").DrawingMap} map
 * @param {Partial<Record<Mode, HTMLElement>>} buttons
 * @param {HTMLElement} told where is said what to do
 * @param {{ begin: (mode: Mode) => void, chosen: (mode: "road" | "district", feature: import("../data.js").Feature) => void }} listener
 *   `begin` when a way is taken up; what is drawn arrives with the map's own listener
 * @returns {Picker}
 */
export function startPicker(map, buttons, told, listener) {
  /** @type {Mode | null} */
  let mode = null;

  /** @param {Mode | null} wanted */
  function set(wanted) {
    map.cancel();
    mode = wanted;
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(name === mode));
    map.map.showPointer(mode === "road" || mode === "district");
    if (mode) listener.begin(mode);
    if (mode === "area") {
      map.draw("polygon");
      told.textContent = gettext("Touch the corners one after another, and the first one again to end.");
    } else if (mode) told.textContent = WORDS[mode]()[0];
  }

  map.map.onTouch((touch) => {
    if (mode !== "road" && mode !== "district") return;
    const found = mode === "road" ? roadAt(map.ground.roads, touch) : districtAt(map.ground.districts, touch);
    if (found) listener.chosen(mode, found);
    else told.textContent = WORDS[mode]()[1];
  });
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener("click", () => set(name === mode ? null : /** @type {Mode} */ (name)));
  }
  return { set };
}
