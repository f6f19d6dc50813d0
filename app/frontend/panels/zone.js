// @ts-check
/** A zone in words: what it is, whose, when, and how one gets past it. */

import { make } from "../dom.js";
import { formatPeriod } from "../format.js";
import { phaseOn } from "../periods.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../page.js").ChosenZone} ChosenZone */

/**
 * @param {string} layer
 * @returns {string}
 */
export function layerWord(layer) {
  switch (layer) {
    case "relocations":
      return gettext("Utility relocations");
    case "diversions":
      return gettext("Traffic diversions");
    case "haul_routes":
      return gettext("Haul routes");
    case "control_areas":
      return gettext("Control areas");
    case "events":
      return gettext("Events");
    case "roads":
      return gettext("Roads");
    case "districts":
      return gettext("Districts");
    default:
      return layer;
  }
}

/**
 * @param {string} taken
 * @returns {string}
 */
export function takenWord(taken) {
  switch (taken) {
    case "full":
      return gettext("Full width");
    case "half":
      return gettext("Half the width");
    case "motor_lane":
      return gettext("Motor lane");
    case "cycle_lane":
      return gettext("Cycle lane");
    case "footway":
      return gettext("Footway");
    default:
      return taken;
  }
}

/**
 * @param {string} passing
 * @returns {string}
 */
export function passingWord(passing) {
  switch (passing) {
    case "detour":
      return gettext("Detour");
    case "contraflow":
      return gettext("Two-way on the other side");
    case "one_way":
      return gettext("One-way");
    case "alternating":
      return gettext("Alternating");
    case "temporary_road":
      return gettext("Temporary road");
    default:
      return passing;
  }
}

/**
 * @param {string} mode
 * @returns {string}
 */
export function modeWord(mode) {
  switch (mode) {
    case "motor":
      return gettext("Motor vehicles");
    case "ebike":
      return gettext("Cycles and e-bikes");
    case "foot":
      return gettext("On foot");
    case "bus":
      return gettext("Buses");
    case "emergency":
      return gettext("Emergency vehicles");
    default:
      return mode;
  }
}

/**
 * @param {string} level
 * @returns {string}
 */
function levelWord(level) {
  switch (level) {
    case "yellow":
      return gettext("Yellow alert");
    case "orange":
      return gettext("Orange alert");
    case "red":
      return gettext("Red alert");
    default:
      return level;
  }
}

/**
 * @param {ChosenZone} zone
 * @param {string} day
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function describeZone({ layer, properties }, day, { codes, language, paths, today }) {
  const comma = language === "en" ? ", " : "、";
  const named = (/** @type {string} */ kind, /** @type {string} */ code) => codes[kind]?.[code] ?? code;
  const hours = (properties.hours ?? []).map((/** @type {any} */ window) => `${window.since}–${window.until}`);
  /** @type {[string, string][]} */
  const facts = [
    [gettext("Utility"), properties.utility ? named("utility", properties.utility) : ""],
    [gettext("Level"), properties.level ? levelWord(properties.level) : ""],
    [gettext("Unit"), properties.unit ?? ""],
    [gettext("Period"), formatPeriod(properties.first_on, properties.last_on, language, today)],
    [gettext("Hours"), hours.join(comma)],
    [gettext("Taken"), (properties.taken ?? []).map(takenWord).join(comma)],
    [gettext("Passing"), properties.passing ? passingWord(properties.passing) : ""],
    [gettext("Detour for"), properties.mode ? modeWord(properties.mode) : ""],
    [gettext("Permit"), properties.permit_step ? named("permit_step", properties.permit_step) : ""],
    [
      gettext("Stops"),
      (properties.stops ?? []).map((/** @type {string} */ code) => named("operation", code)).join(comma),
    ],
  ];
  const phase = phaseOn(properties, day);
  const state = phase === "active" ? gettext("running") : gettext("within 30 days");
  const list = make("dl", { class: "facts" });
  for (const [term, value] of facts) {
    if (!value) continue;
    list.append(make("div", { class: "fact" }, make("dt", { text: term }), make("dd", { text: value })));
  }
  const code = properties.project;
  if (code) {
    const link = make("a", {
      href: paths.project.replace("CODE", encodeURIComponent(code)),
      "data-code": code,
      text: code,
    });
    list.append(make("div", { class: "fact" }, make("dt", { text: gettext("Project") }), make("dd", {}, link)));
  }
  return make(
    "article",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    make("p", { class: "sheet-code", text: layerWord(layer) }),
    make("h2", { id: "sheet-title", tabindex: "-1", text: properties.name || layerWord(layer) }),
    make(
      "p",
      { class: "sheet-state" },
      make("span", { class: "state", text: state }),
      properties.tentative ? gettext("tentative") : "",
    ),
    list,
  );
}
