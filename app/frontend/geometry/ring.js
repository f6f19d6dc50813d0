// @ts-check
/** The ring of a cluster: how its lamps share the circle. */

import { LAMPS } from "../lamps.js";

/** @typedef {{ lamp: string, from: number, to: number }} Arc radians, clockwise, 0 is at the top */

/** No arc that stands for something is thinner than this, or a single red among hundreds could not be seen. */
const THINNEST = Math.PI / 15;

/**
 * The arcs of a ring in the order of the kinds.
 * @param {Record<string, number | undefined>} counts
 * @param {readonly string[]} [kinds] lamps, or what else the sites are told apart by
 * @returns {Arc[]}
 */
export function ringArcs(counts, kinds = LAMPS) {
  const present = kinds.filter((lamp) => (counts[lamp] ?? 0) > 0);
  const total = present.reduce((sum, lamp) => sum + (counts[lamp] ?? 0), 0);
  if (total === 0) return [];
  const full = 2 * Math.PI;
  const widths = present.map((lamp) => Math.max(THINNEST, (full * (counts[lamp] ?? 0)) / total));
  const excess = widths.reduce((sum, width) => sum + width, 0) - full;
  const spare = widths.reduce((sum, width) => sum + (width - THINNEST), 0);
  let from = 0;
  return present.map((lamp, index) => {
    const width = widths[index] ?? 0;
    // What the thin ones got beyond their share is taken from the others in proportion to what they can spare.
    const to = from + width - (spare > 0 ? (excess * (width - THINNEST)) / spare : 0);
    const arc = { lamp, from, to };
    from = to;
    return arc;
  });
}

/**
 * Radius of a ring in pixels: grows with the number, slowly.
 * @param {number} count
 * @returns {number}
 */
export function ringRadius(count) {
  return Math.min(26, 9.5 + 1.85 * Math.log2(Math.max(count, 2)));
}
