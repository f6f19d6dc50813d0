// @ts-check
/** The words of what is drawn on the map besides the sites. */

import { gettext } from "./text.js";

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
    case "overlaps":
      return gettext("Overlaps");
    case "red_shares":
      return gettext("Share of red by district");
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
export function levelWord(level) {
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
